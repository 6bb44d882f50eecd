import type { PostgresSettings } from "../../core/settings.js";
import { NEWEST_MIGRATION } from "../../core/store-migrations.js";
import { CallError } from "../../ports/call.js";
import type { Database } from "./database.js";
import { quoted } from "./quoting.js";

interface Shape {
  stack: string | null;
  version: number | null;
  encoding: string;
}

type Problem = { code: "StoreTooOld" | "StoreTooNew" | "StoreForeign" | "StoreEncoding"; message: string };

/**
 * Whether the stack's schema is there, is this stack's own, and has the shape that this version of evp works with.
 * @throws CallError of the kind `not-found` where it is not: nothing was read or written
 */
export async function assertUsable(
  database: Database,
  { schema }: Pick<PostgresSettings, "schema">,
  stack: string,
): Promise<void> {
  const doing = `looking at the schema ${schema}`;
  const { rows } = await database.call<Shape>(
    doing,
    {
      name: "SqlLookAtSchema",
      text: `SELECT (SELECT min(name) FROM ${quoted(schema)}.evp_stack) AS stack,
        (SELECT max(version) FROM ${quoted(schema)}.evp_migration) AS version,
        current_setting('server_encoding') AS encoding`,
    },
    [],
  );
  const problem = rows[0] === undefined ? undefined : problemOf(rows[0], schema, stack);
  if (problem === undefined) return;
  throw new CallError(`${doing}: ${problem.message}`, { ...problem, isSenderFault: false }, "not-found");
}

function problemOf({ stack: owner, version, encoding }: Shape, schema: string, stack: string): Problem | undefined {
  if (owner !== stack) {
    return { code: "StoreForeign", message: `schema ${schema} belongs to the stack ${owner}, and this is ${stack}` };
  }
  if (encoding !== "UTF8") {
    return { code: "StoreEncoding", message: `the database is encoded in ${encoding}, and events need UTF8` };
  }
  if ((version ?? 0) === NEWEST_MIGRATION) return undefined;
  const code = (version ?? 0) < NEWEST_MIGRATION ? "StoreTooOld" : "StoreTooNew";
  return { code, message: `it is at migration ${version ?? 0}, and this evp works with ${NEWEST_MIGRATION}` };
}

/** The same database, whose calls are made only once it was found usable. */
export function whenUsable(database: Database, assertUsable: () => Promise<void>): Database {
  let found: Promise<void> | undefined;
  const assured = () => {
    found ??= assertUsable().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  return {
    ...database,
    async call(doing, statement, values) {
      await assured();
      return database.call(doing, statement, values);
    },
  };
}
