import type { DesiredDatabaseViews } from "../../../core/stack-plan.js";
import type { Difference } from "../../../core/stack-plan-differences.js";
import type { Inspection } from "../../../ports/provisioner.js";
import { ALL_DONE, type ResourceHandler } from "../../resource-handler.js";
import type { Database, Run } from "../database.js";
import { literal, quoted } from "../quoting.js";
import { lockSchema, NO_SCHEMA } from "./schema.js";
import { messageQuery } from "./statements.js";

const NAMES = ["message", "client", "event_type"] as const;

interface Found {
  name: string;
  comment: string | null;
}

/** The views for others, in a schema of theirs, which has to be there: `message`, `client` and `event_type`. A comment on each says whose it is. */
export function viewsHandler(database: Database, { name, schema, stack }: DesiredDatabaseViews): ResourceHandler {
  const mark = `evp: of the stack ${stack}, in the schema ${schema}`;
  return {
    inspect: () => database.transaction(`looking at the views in ${name}`, (run) => inspectViews(run, name, mark)),
    create: () => makeViews(database, { name, schema, mark }),
    update: () => makeViews(database, { name, schema, mark }),
    remove: () =>
      database.transaction(`dropping the views in ${name}`, async (run) => {
        const found = await findRelations(run, name);
        const own = found.filter(({ comment }) => comment === mark);
        for (const view of own) await run(`DROP VIEW ${quoted(name)}.${view.name}`);
        if (own.length > 0) return "removed";
        return found.length > 0 ? "kept" : "absent";
      }),
  };
}

async function inspectViews(run: Run, name: string, mark: string): Promise<Inspection> {
  const schemas = await run("SELECT FROM pg_namespace WHERE nspname = $1", [name]);
  if (schemas.length === 0) return { state: "conflict", differences: [NO_SCHEMA] };
  const found = await findRelations(run, name);
  const others = found.filter(({ comment }) => comment !== mark);
  if (others.length > 0) return { state: "conflict", differences: others.map(inTheWay) };
  return { state: found.length === NAMES.length ? "matches" : "absent" };
}

function findRelations(run: Run, schema: string): Promise<Found[]> {
  return run<Found>(
    `SELECT relname AS name, obj_description(pg_class.oid, 'pg_class') AS comment
      FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE nspname = $1 AND relname = ANY($2) AND relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [schema, [...NAMES]],
  );
}

function inTheWay({ name, comment }: Found): Difference {
  return { attribute: `relation ${name}`, wanted: "a view of this stack", found: comment ?? "somebody else's" };
}

function makeViews(database: Database, { name, schema, mark }: { name: string; schema: string; mark: string }) {
  const queries: Record<(typeof NAMES)[number], string> = {
    message: messageQuery(quoted(schema)),
    client: `SELECT name FROM ${quoted(schema)}.client`,
    event_type: `SELECT name FROM ${quoted(schema)}.event_type`,
  };
  return database.transaction(`making the views in ${name}`, async (run) => {
    await lockSchema(run, schema);
    for (const view of NAMES) {
      const made = `${quoted(name)}.${view}`;
      await run(`CREATE OR REPLACE VIEW ${made} AS ${queries[view]}`);
      await run(`COMMENT ON VIEW ${made} IS ${literal(mark)}`);
    }
    return ALL_DONE;
  });
}
