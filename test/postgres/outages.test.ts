import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/adapters/postgres/open-store.js";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { Store } from "../../src/ports/store.js";
import { acceptedFact, publishedFact } from "../contract/journal-facts.js";
import { clientRecord, createSchema, type PostgresTarget, storeSettings } from "../contract/postgres-target.js";
import { CLUSTER_CONNECTIONS, type Cluster, serverPrograms, startCluster } from "./cluster.js";
import { onServer } from "./server.js";

const ADDRESS = { eventId: "e-1", clientId: "client-1" };
const CALL_TIMEOUT_MS = 1_500;

let cluster: Cluster;
let stacks = 0;

beforeAll(async () => {
  const programs = serverPrograms();
  if (programs === undefined) throw new Error("these tests stop and start a server of their own: install PostgreSQL");
  cluster = await startCluster(programs);
});
afterAll(() => cluster?.remove());

/** A stack with its clients, on the cluster. */
async function openStack(
  maxConnections = 2,
  callTimeoutMs = CALL_TIMEOUT_MS,
): Promise<{ store: Store; schema: string }> {
  const target: Pick<PostgresTarget, "url" | "maxConnections"> = { url: () => cluster.url, maxConnections };
  const schema = `s${++stacks}`;
  const { process, ...settings } = storeSettings(target, schema);
  const bounded = { ...settings, process: { ...process, callTimeoutMs } };
  const store = openStore(settings.store, bounded, systemClock);
  onTestFinished(() => store.close());
  await createSchema(store, bounded);
  await store.clients.put(clientRecord("client-1"));
  return { store, schema };
}

/** Another session that keeps a table from everybody, until it is let go. */
async function holdTable(table: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: cluster.url });
  client.on("error", () => undefined);
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return () => client.end();
}

/** Resolves when a statement of evp waits for a lock. @returns the backend's process id */
async function waitingBackend(): Promise<number> {
  for (;;) {
    const [found] = await onServer<{ pid: number }>(
      cluster.url,
      "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'evp %'",
    );
    if (found !== undefined) return found.pid;
  }
}

async function untilAnswered<Value>(call: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await call();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe("a call whose answer is lost", () => {
  it("fails as unreachable when its backend is ended in mid-statement, and can be made again", async () => {
    const { store, schema } = await openStack();
    const letGo = await holdTable(`${schema}.event`);
    const inserting = store.journal.insertAccepted([acceptedFact()]).catch((error: unknown) => error);
    await onServer(cluster.url, "SELECT pg_terminate_backend($1)", [await waitingBackend()]);
    expect(await inserting).toMatchObject({ kind: "unreachable", fault: { code: "57P01", isSenderFault: false } });
    await letGo();
    expect(await store.journal.insertAccepted([acceptedFact()])).toEqual([{ ok: true, inserted: true }]);
    expect(await store.journal.insertAccepted([acceptedFact()])).toEqual([{ ok: true, inserted: false }]);
    expect(await store.journal.read(ADDRESS)).toEqual([acceptedFact()]);
  });

  it("is given up in time, and its connection with it", async () => {
    const { store, schema } = await openStack(1);
    const letGo = await holdTable(`${schema}.event`);
    const startedAt = performance.now();
    const error = await store.journal.insertAccepted([acceptedFact()]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "CallError", fault: { isSenderFault: false } });
    expect(["57014", "CallTimeout"]).toContain((error as { fault: { code: string } }).fault.code);
    expect(performance.now() - startedAt).toBeLessThan(CALL_TIMEOUT_MS * 3);
    await letGo();
    expect(await untilAnswered(() => store.journal.insertAccepted([acceptedFact()]))).toMatchObject([{ ok: true }]);
    expect(await store.journal.read(ADDRESS)).toEqual([acceptedFact()]);
  });

  it("counts the wait for a connection", async () => {
    const { store, schema } = await openStack(1);
    const letGo = await holdTable(`${schema}.event`);
    const calls = Array.from({ length: 3 }, () => store.journal.insertAccepted([acceptedFact()]));
    const startedAt = performance.now();
    const ended = await Promise.allSettled(calls);
    expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(performance.now() - startedAt).toBeLessThan(CALL_TIMEOUT_MS * 3);
    await letGo();
  });
});

describe("connections", () => {
  it("are as many as allowed, and whoever comes later waits", async () => {
    const { store } = await openStack(2, 60_000);
    const facts = Array.from({ length: 100 }, (_, index) => publishedFact({ eventId: `e-${index}` }));
    const results = await Promise.all(facts.map((fact) => store.journal.write([fact])));
    expect(results.flat()).toEqual(Array(100).fill({ ok: true }));
    const [{ count } = { count: 0 }] = await onServer<{ count: number }>(
      cluster.url,
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'evp s${stacks}'`,
    );
    expect(count).toBe(2);
  });

  it("that the server has none of left are a throttled call, until it has", async () => {
    const { store } = await openStack(4);
    await onServer(
      cluster.url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'evp %'",
    );
    const others: pg.Client[] = [];
    let full = false;
    while (!full && others.length < CLUSTER_CONNECTIONS + 5) {
      const client = new pg.Client({ connectionString: cluster.url });
      client.on("error", () => undefined);
      others.push(client);
      full = await client.connect().then(
        () => false,
        () => true,
      );
    }
    await expect(store.journal.write([publishedFact()])).rejects.toMatchObject({
      kind: "throttled",
      fault: { code: "53300" },
    });
    await Promise.all(others.map((client) => client.end().catch(() => undefined)));
    expect(await untilAnswered(() => store.journal.write([publishedFact()]))).toEqual([{ ok: true }]);
  });

  it("that break while nobody uses them are replaced", async () => {
    const { store } = await openStack();
    await store.journal.write([publishedFact()]);
    await cluster.stop("immediate");
    await expect(store.journal.read(ADDRESS)).rejects.toMatchObject({ kind: "unreachable" });
    await cluster.start();
    expect(await untilAnswered(() => store.journal.read(ADDRESS))).toEqual([publishedFact()]);
  });
});

describe("a server that takes no writes", () => {
  it("is down for a write, and no item of it is taken for refused", async () => {
    const { store } = await openStack();
    await onServer(cluster.url, "ALTER SYSTEM SET default_transaction_read_only = on");
    await onServer(cluster.url, "SELECT pg_reload_conf()");
    onTestFinished(async () => {
      await onServer(cluster.url, "ALTER SYSTEM RESET default_transaction_read_only");
      await onServer(cluster.url, "SELECT pg_reload_conf()");
    });
    const writeUntilRefused = async () => {
      for (;;) await store.journal.write([publishedFact()]);
    };
    await expect(writeUntilRefused()).rejects.toMatchObject({ kind: "unreachable", fault: { code: "25006" } });
  });
});

describe("a standby", () => {
  it("is down for reads too, which may be old, until it is the primary", async () => {
    const { store, schema } = await openStack();
    await store.journal.write([publishedFact()]);
    const programs = serverPrograms() ?? "";
    const standby = await startCluster(programs, cluster);
    onTestFinished(standby.remove);
    const settings = storeSettings({ url: () => standby.url, maxConnections: 2 }, schema);
    const afterFailover = openStore(settings.store, settings, systemClock);
    onTestFinished(() => afterFailover.close());
    for (const call of [() => afterFailover.clients.get(["client-1"]), () => afterFailover.journal.read(ADDRESS)])
      await expect(call()).rejects.toMatchObject({ kind: "unreachable", fault: { code: "StandbyServer" } });
    await standby.promote();
    expect(await afterFailover.journal.read(ADDRESS)).toEqual([publishedFact()]);
    expect(await afterFailover.journal.insertAccepted([acceptedFact()])).toEqual([{ ok: true, inserted: true }]);
  });
});

describe("who may not", () => {
  it("is told so, and what is missing", async () => {
    const { schema } = await untilAnswered(() => openStack());
    await onServer(cluster.url, "CREATE ROLE reader LOGIN");
    await onServer(cluster.url, `GRANT USAGE ON SCHEMA ${schema} TO reader`);
    await onServer(cluster.url, `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO reader`);
    const url = cluster.url.replace("postgres@", "reader@");
    const settings = storeSettings({ url: () => url, maxConnections: 1 }, schema);
    const store = openStore(settings.store, settings, systemClock);
    onTestFinished(() => store.close());
    await expect(store.journal.write([publishedFact()])).rejects.toMatchObject({
      kind: "credentials",
      fault: { code: "42501", isSenderFault: false },
    });
    expect(await store.diagnostics.deniedPrivileges()).toContain(`INSERT on ${schema}.event`);
    expect(await store.diagnostics.deniedPrivileges()).not.toContain(`SELECT on ${schema}.event`);
  });
});
