import { afterAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/postgres/open-store.js";
import { quoted } from "../../src/adapters/postgres/quoting.js";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { PostgresSettings } from "../../src/core/settings.js";
import { planDatabase } from "../../src/core/stack-plan-database.js";
import { NEWEST_MIGRATION } from "../../src/core/store-migrations.js";
import type { Store } from "../../src/ports/store.js";
import { acceptedFact, NOON, publishedFact, rejectedFact } from "./journal-facts.js";
import { clientRecord, createSchema, type PostgresTarget, storeSettings } from "./postgres-target.js";

const LONG_AGO = 1_000_000;
const NUL = 'a\0b\u0010c\u00100\u00101"\\u0000';

/** What is PostgreSQL's own: the schema and its migrations, keys, views, retention. */
export function postgresStoreContract(target: PostgresTarget): void {
  let stacks = 0;
  let opened: Store | undefined;
  /** A stack of its own, of which nothing exists. With one connection, the store before is closed first. */
  const open = async (changes: Partial<PostgresSettings> = {}, stack = `s${++stacks}`) => {
    await closeOpened();
    const settings = storeSettings(target, stack, changes);
    opened = openStore(settings.store, settings, systemClock);
    return { store: opened, settings, stack, schema: quoted(settings.store.schema), plan: planDatabase(settings) };
  };
  const closeOpened = async () => {
    opened?.close();
    opened = undefined;
    await target.settle();
  };
  afterAll(closeOpened);
  const made = async (changes: Partial<PostgresSettings> = {}) => {
    const stack = await open(changes);
    await createSchema(stack.store, stack.settings);
    return stack;
  };
  const peopled = async (changes: Partial<PostgresSettings> = {}) => {
    const stack = await made(changes);
    for (const id of ["client-1", "client-2"]) await stack.store.clients.put(clientRecord(id));
    return stack;
  };
  const statesOf = async ({ store, plan }: Pick<Awaited<ReturnType<typeof open>>, "store" | "plan">) => {
    const states: string[] = [];
    for (const resource of plan) states.push((await store.provisioner.inspect(resource)).state);
    return [...new Set(states)];
  };

  describe("the schema in PostgreSQL", () => {
    it("is made once, stays as it is, and is gone after it was dropped", async () => {
      const stack = await open();
      expect(await statesOf(stack)).toEqual(["absent"]);
      await createSchema(stack.store, stack.settings);
      expect(await statesOf(stack)).toEqual(["matches"]);
      const [schema] = stack.plan;
      if (schema === undefined) throw new Error("nothing is planned");
      expect(await stack.store.provisioner.remove(schema)).toBe("removed");
      expect(await stack.store.provisioner.remove(schema)).toBe("absent");
      expect(await statesOf(stack)).toEqual(["absent"]);
    });

    it("is made once when two do it at the same time", async () => {
      const { store, settings, plan } = await open();
      await Promise.all([createSchema(store, settings), createSchema(store, settings)]);
      expect(await statesOf({ store, plan })).toEqual(["matches"]);
    });

    it("lets nobody work with one that an older or a newer evp has made", async () => {
      const { store, schema, plan } = await made();
      await target.run(`DELETE FROM ${schema}.evp_migration WHERE version = ${NEWEST_MIGRATION}`);
      await expect(store.care.assertUsable()).rejects.toMatchObject({
        kind: "not-found",
        fault: { code: "StoreTooOld" },
      });
      await expect(store.journal.write([publishedFact()])).rejects.toMatchObject({ fault: { code: "StoreTooOld" } });
      await target.run(`INSERT INTO ${schema}.evp_migration VALUES (${NEWEST_MIGRATION + 1}, 'later')`);
      await expect(store.journal.read({ eventId: "e", clientId: "c" })).rejects.toMatchObject({
        fault: { code: "StoreTooNew" },
      });
      const [first] = plan;
      expect(first && (await store.provisioner.inspect(first))).toMatchObject({
        state: "conflict",
        differences: [{ attribute: "migration", found: String(NEWEST_MIGRATION + 1) }],
      });
    });

    it("is another stack's: it is neither used nor dropped", async () => {
      const { settings } = await made();
      const other = await open({ schema: settings.store.schema }, "other");
      const [schema] = other.plan;
      expect(schema && (await other.store.provisioner.inspect(schema))).toEqual({
        state: "conflict",
        differences: [{ attribute: "stack", wanted: "other", found: settings.stack }],
      });
      await expect(other.store.care.assertUsable()).rejects.toMatchObject({ fault: { code: "StoreForeign" } });
      expect(schema && (await other.store.provisioner.remove(schema))).toBe("kept");
    });

    it("takes over one that is there, and leaves it there with what is not its own", async () => {
      await target.run('CREATE SCHEMA "taken over"');
      await target.run('CREATE TABLE "taken over".theirs (id int)');
      const { store, plan, settings } = await open({ schema: "taken over", viewSchema: "taken over" });
      await createSchema(store, settings);
      const [schema] = plan;
      expect(schema && (await store.provisioner.remove(schema))).toBe("removed");
      const left = await target.run(`SELECT tablename FROM pg_tables WHERE schemaname = 'taken over'`);
      expect(left).toEqual([{ tablename: "theirs" }]);
    });

    it("refuses one that holds a table of the same name", async () => {
      await target.run("CREATE SCHEMA theirs");
      await target.run("CREATE TABLE theirs.message (id int)");
      const { store, plan } = await open({ schema: "theirs", viewSchema: "theirs" });
      expect(plan[0] && (await store.provisioner.inspect(plan[0]))).toMatchObject({
        state: "conflict",
        differences: [{ attribute: "relation message" }],
      });
    });
  });

  describe("texts that PostgreSQL cannot hold", () => {
    it("come back as they were, wherever they stand", async () => {
      const { store } = await peopled();
      const accepted = acceptedFact({ body: `{"note":"${NUL}"}`, groupId: NUL, owner: `m${NUL}` });
      accepted.envelope.source = NUL;
      const rejected = rejectedFact({ detail: NUL, body: NUL, envelope: { source: NUL }, messageId: `m${NUL}` });
      expect(await store.journal.insertAccepted([accepted])).toEqual([{ ok: true, inserted: true }]);
      expect(await store.journal.insertAccepted([accepted])).toEqual([{ ok: true, inserted: false }]);
      expect(await store.journal.write([rejected])).toEqual([{ ok: true }]);
      expect(await store.journal.readEvent("e-1")).toEqual([accepted, rejected]);
      const renewed = { ...accepted, claimedAt: NOON + 1 };
      expect(await store.journal.takeOver(renewed, accepted)).toBe(true);
    });
  });

  describe("keys between tables", () => {
    it("refuse an event of nobody, alone, and let its rejection be recorded", async () => {
      const { store } = await peopled();
      const results = await store.journal.insertAccepted([
        acceptedFact({ eventId: "e-1" }),
        acceptedFact({ eventId: "e-2", clientId: "nobody" }),
        acceptedFact({ eventId: "e-3" }),
      ]);
      expect(results).toMatchObject([
        { ok: true, inserted: true },
        { ok: false, fault: { code: "23503", isSenderFault: true } },
        { ok: true, inserted: true },
      ]);
      const rejected = rejectedFact({ eventId: "e-2", clientId: "nobody", reason: "client-unknown" });
      expect(await store.journal.write([rejected])).toEqual([{ ok: true }]);
    });

    it("keep the row of a client that was removed, and let it be registered again", async () => {
      const { store } = await peopled();
      await store.journal.insertAccepted([acceptedFact()]);
      await store.clients.remove("client-1");
      expect((await store.clients.list()).map(({ clientId }) => clientId)).toEqual(["client-2"]);
      expect(await store.clients.get(["client-1"])).toEqual(new Map());
      const again = { ...clientRecord("client-1"), allowedTypes: ["another"] };
      expect(await store.clients.put(again, clientRecord("client-1"))).toBe(false);
      expect(await store.clients.put(again)).toBe(true);
      expect((await store.clients.get(["client-1"])).get("client-1")).toEqual(again);
    });
  });

  describe("the views for others", () => {
    const COUNT = "SELECT count(*)::int AS count FROM";

    it("show each event that passed, and none that did not", async () => {
      const { store, schema } = await peopled();
      await store.journal.insertAccepted(
        ["e-1", "e-2"].map((eventId) => acceptedFact({ eventId, owner: `m-${eventId}` })),
      );
      await store.journal.write([
        publishedFact({ eventId: "e-1" }),
        rejectedFact({ eventId: "e-2", messageId: "m-e-2" }),
        rejectedFact({ eventId: "e-3", clientId: "nobody" }),
      ]);
      expect(await target.run(`SELECT * FROM ${schema}.message`)).toEqual([
        {
          message_id: "e-1",
          message: '{"note":"☕ 😀"}',
          fk_event_type_name: "transaction",
          fk_client_name: "client-1",
        },
      ]);
      expect(await target.run(`SELECT name FROM ${schema}.client ORDER BY name`)).toEqual([
        { name: "client-1" },
        { name: "client-2" },
      ]);
      expect(await target.run(`SELECT name FROM ${schema}.event_type`)).toEqual([{ name: "transaction" }]);
    });

    it("are in a schema of the reader's too, and gone from there after a destroy", async () => {
      await target.run("CREATE SCHEMA reporting");
      const { store, plan } = await peopled({ viewSchema: "reporting" });
      await store.journal.insertAccepted([acceptedFact()]);
      expect(await target.run(`${COUNT} reporting.message`)).toEqual([{ count: 1 }]);
      expect(await target.run(`${COUNT} reporting.client`)).toEqual([{ count: 2 }]);
      expect(await statesOf({ store, plan })).toEqual(["matches"]);
      const views = plan.at(-1);
      expect(views && (await store.provisioner.remove(views))).toBe("removed");
      expect(await target.run("SELECT viewname FROM pg_views WHERE schemaname = 'reporting'")).toEqual([]);
    });

    it("never take the place of a table that is there", async () => {
      await target.run("CREATE SCHEMA old");
      await target.run("CREATE TABLE old.message (message_id text)");
      const { store, plan } = await open({ viewSchema: "old" });
      const views = plan.at(-1);
      expect(views && (await store.provisioner.inspect(views))).toMatchObject({
        state: "conflict",
        differences: [{ attribute: "relation message" }],
      });
      expect(views && (await store.provisioner.remove(views))).toBe("kept");
    });
  });

  describe("retention", () => {
    it("deletes what has expired, batch by batch, and nothing else", async () => {
      const { store } = await peopled();
      const old = Array.from({ length: 25 }, (_, index) =>
        acceptedFact({ eventId: `old-${index}`, expiresAt: LONG_AGO }),
      );
      await store.journal.insertAccepted(old);
      await store.journal.write([
        publishedFact({ eventId: "old-1", expiresAt: LONG_AGO }),
        publishedFact({ eventId: "old-2" }),
      ]);
      await store.journal.insertAccepted([acceptedFact()]);
      expect(await store.care.deleteExpired(NOON)).toBe(false);
      expect(await store.journal.readEvent("old-1")).toEqual([]);
      expect(await store.journal.readEvent("old-2")).toEqual([publishedFact({ eventId: "old-2" })]);
      expect(await store.journal.readEvent("e-1")).toEqual([acceptedFact()]);
    });

    it("goes by the earlier of both clocks", async () => {
      const { store } = await peopled();
      await store.journal.insertAccepted([acceptedFact({ expiresAt: LONG_AGO })]);
      await store.journal.insertAccepted([acceptedFact({ eventId: "e-2", expiresAt: 2 ** 40 })]);
      await store.care.deleteExpired((LONG_AGO - 1) * 1000);
      expect(await store.journal.readEvent("e-1")).toHaveLength(1);
      await store.care.deleteExpired(2 ** 41 * 1000);
      expect(await store.journal.readEvent("e-1")).toEqual([]);
      expect(await store.journal.readEvent("e-2")).toHaveLength(1);
    });

    it("forgets a removed client once no event of it is left", async () => {
      const { store, schema } = await peopled();
      await store.journal.insertAccepted([acceptedFact({ expiresAt: LONG_AGO })]);
      await store.clients.remove("client-1");
      await store.care.deleteExpired(0);
      const names = `SELECT name FROM ${schema}.client ORDER BY name`;
      expect(await target.run(names)).toEqual([{ name: "client-1" }, { name: "client-2" }]);
      await store.care.deleteExpired(NOON);
      expect(await target.run(names)).toEqual([{ name: "client-2" }]);
    });
  });

  describe("a fact of an event that the journal had forgotten", () => {
    it("takes the place of the old one, and never the other way round", async () => {
      const { store } = await peopled();
      const old = publishedFact({ snsMessageId: "old", expiresAt: NOON / 1000 });
      const current = publishedFact({ snsMessageId: "new", expiresAt: NOON / 1000 + 60 });
      await store.journal.write([old]);
      await store.journal.write([current]);
      await store.journal.write([old]);
      expect(await store.journal.readEvent("e-1")).toEqual([current]);
    });
  });

  describe("looking at the database", () => {
    it("tells where it is, its time, and what the role may not do", async () => {
      const { store } = await made();
      const probe = await store.diagnostics.probe();
      expect(probe).toMatchObject({ service: "postgres", error: undefined });
      expect(Math.abs((probe.serverTime ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(probe.host).toMatch(/^127\.0\.0\.1:\d+\//);
      expect(await store.diagnostics.deniedPrivileges()).toEqual([]);
      expect(store.apiCalls()).toMatchObject({ SqlTellTime: 1, SqlTellPrivileges: 1 });
    });
  });
}
