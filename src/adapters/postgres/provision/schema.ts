import type { DesiredDatabaseSchema } from "../../../core/stack-plan.js";
import { type Difference, NONE } from "../../../core/stack-plan-differences.js";
import { NEWEST_MIGRATION } from "../../../core/store-migrations.js";
import { ALL_DONE, inspectionOf, type ResourceHandler } from "../../resource-handler.js";
import type { Database, Run } from "../database.js";
import { literal, quoted } from "../quoting.js";

/** By these two a schema shows whose it is, and how far it is. */
const MARKS = ["evp_stack", "evp_migration"];
/** Everything that evp puts into a schema, in an order in which it can be dropped. */
const VIEWS = ["journal", "message"];
const TABLES = ["event", "fact", "client", "event_type", "producer", "held_lock", "blocked_group", "processor"];

/** What a schema holds already. */
interface Contents {
  exists: boolean;
  /** Tables and views in it. */
  relations: ReadonlySet<string>;
}

/** Whose a schema is, where it is evp's. */
interface Marks {
  name: string;
  /** evp made it; else it was there before, and only what is evp's in it is ever dropped. */
  made_schema: boolean;
  version: number | null;
}

/** The stack's schema. One that is there already is taken over, unless it holds something of the same names that is not evp's. */
export function schemaHandler(database: Database, { name, stack }: DesiredDatabaseSchema): ResourceHandler {
  const inTransaction = <Value>(doing: string, work: (run: Run) => Promise<Value>) =>
    database.transaction(`${doing} the schema ${name}`, async (run) => {
      await lockSchema(run, name);
      return work(run);
    });
  return {
    inspect: () =>
      inTransaction("looking at", async (run) => {
        const contents = await contentsOf(run, name);
        const marks = await marksOf(run, name, contents);
        if (marks !== undefined) return inspectionOf({ changeable: [], unchangeable: markDifferences(marks, stack) });
        const unchangeable = [...VIEWS, ...TABLES, ...MARKS].filter((one) => contents.relations.has(one)).map(inTheWay);
        return unchangeable.length > 0 ? { state: "conflict", differences: unchangeable } : { state: "absent" };
      }),
    create: () =>
      inTransaction("creating", async (run) => {
        const contents = await contentsOf(run, name);
        // Another `evp init` was faster.
        if ((await marksOf(run, name, contents)) !== undefined) return ALL_DONE;
        if (!contents.exists) await run(`CREATE SCHEMA ${quoted(name)}`);
        await run(markStatements(name, stack, !contents.exists));
        return ALL_DONE;
      }),
    update: async () => ALL_DONE,
    remove: () =>
      inTransaction("dropping", async (run) => {
        const marks = await marksOf(run, name, await contentsOf(run, name));
        if (marks === undefined) return "absent";
        if (marks.name !== stack) return "kept";
        await run(marks.made_schema ? `DROP SCHEMA ${quoted(name)} CASCADE` : dropStatements(name));
        return "removed";
      }),
  };
}

/** Two that change one schema at the same time do it in turn. */
export async function lockSchema(run: Run, schema: string): Promise<void> {
  await run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`evp schema ${schema}`]);
}

async function contentsOf(run: Run, schema: string): Promise<Contents> {
  const found = await run<{ name: string | null }>(
    `SELECT relname AS name FROM pg_namespace LEFT JOIN pg_class
        ON relnamespace = pg_namespace.oid AND relkind IN ('r', 'p', 'v', 'm', 'f')
      WHERE nspname = $1`,
    [schema],
  );
  return { exists: found.length > 0, relations: new Set(found.flatMap(({ name }) => name ?? [])) };
}

async function marksOf(run: Run, schema: string, { relations }: Contents): Promise<Marks | undefined> {
  if (!MARKS.every((mark) => relations.has(mark))) return undefined;
  const [marks] = await run<Marks>(
    `SELECT name, made_schema, (SELECT max(version) FROM ${quoted(schema)}.evp_migration) AS version
      FROM ${quoted(schema)}.evp_stack`,
  );
  return marks;
}

function markDifferences({ name, version }: Marks, stack: string): Difference[] {
  if (name !== stack) return [{ attribute: "stack", wanted: stack, found: name }];
  if ((version ?? 0) <= NEWEST_MIGRATION) return [];
  return [
    { attribute: "migration", wanted: `${NEWEST_MIGRATION}, the newest that this evp knows`, found: String(version) },
  ];
}

function inTheWay(relation: string): Difference {
  return { attribute: `relation ${relation}`, wanted: "evp's own", found: "somebody else's" };
}

function markStatements(schema: string, stack: string, isMade: boolean): string {
  return `
    CREATE TABLE ${quoted(schema)}.evp_stack (name text PRIMARY KEY, made_schema boolean NOT NULL);
    INSERT INTO ${quoted(schema)}.evp_stack VALUES (${literal(stack)}, ${isMade});
    CREATE TABLE ${quoted(schema)}.evp_migration (
      version integer PRIMARY KEY,
      name text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    );`;
}

function dropStatements(schema: string): string {
  const views = VIEWS.map((name) => `DROP VIEW IF EXISTS ${quoted(schema)}.${name};`);
  const tables = [...TABLES, ...MARKS].map((name) => `DROP TABLE IF EXISTS ${quoted(schema)}.${name};`);
  return [...views, ...tables].join("\n");
}

/** How a schema that is not there is told among differences. */
export const NO_SCHEMA: Difference = { attribute: "schema", wanted: "there", found: NONE };
