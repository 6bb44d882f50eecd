import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { type Cluster, serverPrograms, startCluster } from "./cluster.js";
import { onServer } from "./server.js";

/** Ports of the embedded stack that no other suite asks for; a taken one is replaced. */
const PORTS = { story: 46_810, outage: 46_820, database: 46_830, tokens: 46_840 };
const CLIENTS = ["client-1", "client-2"].map((id) => ({ id, allowedTypes: ["transaction", "monitoring"] }));
/** Long enough to be under way when the server stops. */
const EVENTS = 400;
const GROUPS = 20;

let cluster: Cluster;

beforeAll(async () => {
  const programs = serverPrograms();
  if (programs === undefined) throw new Error("these tests stop and start a server of their own: install PostgreSQL");
  cluster = await startCluster(programs);
});
afterAll(() => cluster?.remove());

function homeOn(port: number, store: Record<string, unknown>): Promise<EvpHome> {
  return createEvpHome({
    targets: { local: { port } },
    clients: CLIENTS,
    store: { kind: "postgres", url: cluster.url, ...store },
    process: { callTimeoutMs: 2_000 },
  });
}

function eventOf(ordinal: number) {
  const group = ordinal % GROUPS;
  return {
    id: `event-${String(ordinal).padStart(5, "0")}`,
    type: "transaction",
    clientId: `client-${(group % 2) + 1}`,
    source: "checkout",
    timestamp: "2026-11-21T10:00:00Z",
    key: `account-${group}`,
    payload: { transactionId: `t-${ordinal}`, amount: ordinal, currency: "BRL" },
  };
}

function linesOf(count: number): string {
  return Array.from({ length: count }, (_, ordinal) => JSON.stringify(eventOf(ordinal))).join("\n");
}

async function countMessages(schema: string): Promise<number> {
  const [row] = await onServer<{ count: number }>(cluster.url, `SELECT count(*)::int AS count FROM ${schema}.message`);
  return row?.count ?? 0;
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 100));
}

interface Status {
  ingress: { visible: number; inFlight: number; delayed: number };
  dlq: { visible: number };
  clients: { clientId: string; queue: { visible: number } }[];
}

describe("evp with PostgreSQL as its store", () => {
  it("does all that it does with DynamoDB, from init to destroy", async () => {
    const evp = await homeOn(PORTS.story, { schema: "story" });
    const planned = await evp.json<{ resources: { kind: string; name: string; action: string }[] }>([
      "init",
      "--dry-run",
    ]);
    expect(planned.resources.filter(({ kind }) => kind === "database-migration")).toHaveLength(3);
    const isOfTables = ({ kind }: { kind: string }) => kind === "table" || kind === "time-to-live";
    expect(planned.resources.filter(isOfTables)).toMatchObject([{ kind: "table", name: "evp-producers" }]);
    await evp.json(["init"]);
    const again = await evp.json<typeof planned>(["init"]);
    expect(new Set(again.resources.map(({ action }) => action))).toEqual(new Set(["unchanged"]));

    for (const fixture of ["mixed", "duplicate", "unknown-client", "forbidden", "unicode", "malformed"])
      await evp.json(["send", "--fixture", fixture]);
    const done = await evp.json<{ published: number; rejected: number; duplicates: number }>(["process", "--drain"]);
    expect(done.published).toBe(await countMessages("story"));
    expect(done.rejected).toBeGreaterThan(2);
    expect(done.duplicates).toBe(1);

    const letters = await evp.json<{ reason: string; messageId: string }[]>(["dlq", "list"]);
    expect(letters).toHaveLength(done.rejected);
    const [event] = await onServer<{ id: string }>(cluster.url, "SELECT message_id AS id FROM story.message LIMIT 1");
    expect(await evp.json(["why", event?.id ?? ""])).toMatchObject({ outcome: "published" });

    const forced = await evp.json<{ redriven: number }>([
      "dlq",
      "redrive",
      "--reason",
      "schema-violation",
      "--force",
      "--yes",
    ]);
    const expired = "SELECT FROM story.fact WHERE fact = 'duplicate'";
    await onServer(cluster.url, "UPDATE story.fact SET expires_at = 1 WHERE fact = 'duplicate'");
    expect(await onServer(cluster.url, expired)).toHaveLength(1);
    expect(forced.redriven).toBe(letters.filter(({ reason }) => reason === "schema-violation").length);
    await evp.json(["process", "--drain"]);
    expect(await onServer(cluster.url, expired)).toEqual([]);
    const replayed = await evp.json<{ replayed: number }>(["replay", "--client", "client-1", "--yes"]);
    expect(replayed.replayed).toBeGreaterThan(0);
    expect(await evp.json(["verify"])).toMatchObject({ findings: [] });
    expect(await evp.json<Status>(["status"])).toMatchObject({ ingress: { visible: 0, inFlight: 0 } });

    const { stdout } = await evp.run(["doctor", "--json"]);
    const { checks }: { checks: { id: string; status: string }[] } = JSON.parse(stdout);
    expect(checks.filter(({ status }) => status === "fail")).toEqual([]);
    expect(checks.find(({ id }) => id === "reach-postgres")).toMatchObject({ status: "ok" });

    await evp.json(["destroy", "--yes"]);
    expect(await onServer(cluster.url, "SELECT FROM pg_namespace WHERE nspname = 'story'")).toEqual([]);
  });

  it("gives producers tokens, where the embedded stack's issuer knows them", async () => {
    const evp = await homeOn(PORTS.tokens, { schema: "tokens" });
    await evp.json(["init"]);
    const { secret } = await evp.json<{ secret: string }>(["producer", "add", "shop", "--client", "client-1"]);
    const { endpoint } = await evp.json<{ endpoint: string }>(["local", "status"]);
    const form = { grant_type: "client_credentials", client_id: "shop", client_secret: secret };
    const answer = await fetch(`${endpoint}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    expect(answer.status).toBe(200);
    await evp.json(["destroy", "--yes"]);
  });

  it("waits while its database is stopped, and then goes on: nothing lost, doubled, out of order or on the DLQ", async () => {
    const evp = await homeOn(PORTS.outage, { schema: "outage" });
    await evp.json(["init"]);
    expect((await evp.run(["send", "-", "--quiet"], linesOf(EVENTS))).exitCode).toBe(0);
    const processor = evp.start(["process"]);
    await until(async () => (await countMessages("outage")) > EVENTS / 10);
    await cluster.stop("immediate");
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await cluster.start();
    const statusOf = () => evp.json<Status>(["status"]);
    await until(async () => {
      const { ingress } = await statusOf();
      return ingress.visible + ingress.inFlight + ingress.delayed === 0;
    });
    processor.kill("SIGTERM");
    expect(await processor.exitCode).toBe(0);
    const { dlq, clients } = await statusOf();
    expect(dlq.visible).toBe(0);
    expect(clients.map(({ queue }) => queue.visible)).toEqual([EVENTS / 2, EVENTS / 2]);
    expect(await countMessages("outage")).toBe(EVENTS);
    expect(await evp.json(["verify"])).toMatchObject({ findings: [] });
    expect(await orderOf(evp, "client-1")).toEqual(expectedOrder("client-1"));
  });

  it("takes nothing from the queue while the database is missing, or at a newer migration", async () => {
    const evp = await homeOn(PORTS.database, { schema: "kept" });
    await evp.json(["init"]);
    await evp.run(["send", "-", "--quiet"], linesOf(3));
    await onServer(cluster.url, "INSERT INTO kept.evp_migration VALUES (99, 'of a later evp')");
    expect(await evp.run(["process", "--drain"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("it is at migration 99, and this evp works with 3"),
    });
    expect(await evp.run(["init"])).toMatchObject({ exitCode: 5 });
    await onServer(cluster.url, "DELETE FROM kept.evp_migration WHERE version = 99");
    const elsewhere = await homeOn(PORTS.database + 1, { url: cluster.url.replace(/postgres$/, "missing") });
    expect(await elsewhere.run(["process", "--drain"])).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('database "missing" does not exist\nCreate the database'),
    });
    expect(await evp.json(["process", "--drain"])).toMatchObject({ received: 3, published: 3, rejected: 0 });
  });
});

/** What a client takes from its queue, group by group. */
async function orderOf(evp: EvpHome, client: string): Promise<Map<string, string[]>> {
  const { stdout } = await evp.run(["tail", client, "--consume", "--json", "--timeout", "3"]);
  const groups = new Map<string, string[]>();
  for (const line of stdout.split("\n").filter((text) => text !== "")) {
    const { groupId, eventId }: { groupId: string; eventId: string } = JSON.parse(line);
    groups.set(groupId, [...(groups.get(groupId) ?? []), eventId]);
  }
  return groups;
}

function expectedOrder(client: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (let ordinal = 0; ordinal < EVENTS; ordinal++) {
    const { clientId, key, id } = eventOf(ordinal);
    if (clientId !== client) continue;
    const group = `${clientId}#${key}`;
    groups.set(group, [...(groups.get(group) ?? []), id]);
  }
  return groups;
}
