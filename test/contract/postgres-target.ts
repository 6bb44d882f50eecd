import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { afterAll, beforeAll } from "vitest";
import { openStore } from "../../src/adapters/postgres/open-store.js";
import { quoted } from "../../src/adapters/postgres/quoting.js";
import type { ClientRecord } from "../../src/core/client.js";
import type { PostgresSettings, Settings } from "../../src/core/settings.js";
import { planDatabase } from "../../src/core/stack-plan-database.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Store } from "../../src/ports/store.js";
import { settingsOf } from "../factories/settings.js";

/** A database for the tests of one file. */
export interface PostgresTarget {
  url(): string;
  /** PGlite has one: whoever is connected keeps the others out. */
  maxConnections: number;
  /** Does something with the database that no port of evp does. */
  run<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Resolves when another store can be opened than the one that was just closed. */
  settle(): Promise<void>;
}

/** PostgreSQL in this process, behind a socket, for the tests of one file. */
export function pgliteTarget(): PostgresTarget {
  let url = "";
  let opened: PGlite | undefined;
  let server: PGLiteSocketServer | undefined;
  const undo: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const database = await PGlite.create();
    opened = database;
    const listener = new PGLiteSocketServer({ db: database, port: 0, host: "127.0.0.1" });
    const listening = new Promise<number>((resolve) =>
      listener.addEventListener("listening", (event) => resolve(portOf(event))),
    );
    await listener.start();
    server = listener;
    url = `postgres://postgres@127.0.0.1:${await listening}/postgres?sslmode=disable`;
    undo.push(
      () => database.close(),
      () => listener.stop(),
    );
  });
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });
  return {
    url: () => url,
    maxConnections: 1,
    // The session stays when its connection goes, with all that was prepared in it.
    async settle() {
      while ((server?.getStats().activeConnections ?? 0) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await opened?.exec("DEALLOCATE ALL");
    },
    async run<Row>(text: string, values: unknown[] = []) {
      if (opened === undefined) throw new Error("there is no database yet");
      return (await opened.query<Row>(text, values)).rows;
    },
  };
}

function portOf(event: Event): number {
  if (!("detail" in event)) throw new Error("the server does not say where it listens");
  return (event.detail as { port: number }).port;
}

/** Settings of a stack whose store is a schema of that database. */
export function storeSettings(
  target: Pick<PostgresTarget, "url" | "maxConnections">,
  stack: string,
  changes: Partial<PostgresSettings> = {},
): Settings & { store: PostgresSettings } {
  const { maxConnections } = target;
  const store: PostgresSettings = {
    kind: "postgres",
    url: target.url(),
    schema: stack,
    viewSchema: stack,
    maxConnections,
    ...changes,
  };
  return { ...settingsOf({ stack }), store };
}

/** Makes everything that a stack has in its database. */
export async function createSchema(store: Store, settings: Settings): Promise<void> {
  for (const resource of planDatabase(settings)) await store.provisioner.create(resource);
}

const TABLES = ["event", "fact", "client", "event_type", "producer", "held_lock", "blocked_group", "processor"];
/** Of the events that the contracts insert. */
const CLIENTS = ["client-1", "client-2"];
const TYPE = "transaction";

/** What is in the store when a rule begins. `clients`: those that the contracts' events are of, since an event of one that is not known is refused. */
export type Filling = "clients" | "nothing";

/** A store whose schema is made when it is first asked for; it is emptied each time, and filled. */
export function storeOpener(target: PostgresTarget, stack: string, clock: Clock): (filling: Filling) => Promise<Store> {
  let opened: Store | undefined;
  afterAll(() => opened?.close());
  return async (filling) => {
    const settings = storeSettings(target, stack);
    if (opened === undefined) {
      opened = openStore(settings.store, settings, clock);
      await createSchema(opened, settings);
    }
    await target.run(`TRUNCATE ${TABLES.map((table) => `${quoted(stack)}.${table}`).join(", ")}`);
    if (filling === "clients") for (const name of CLIENTS) await opened.clients.put(clientRecord(name));
    return opened;
  };
}

export function clientRecord(clientId: string): ClientRecord {
  return { clientId, active: true, allowedTypes: [TYPE], poisonPolicy: "skip", topicArn: "topic", queueName: "queue" };
}
