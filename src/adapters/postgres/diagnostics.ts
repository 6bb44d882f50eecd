import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Probe } from "../../ports/diagnostics.js";
import type { StoreDiagnostics } from "../../ports/store.js";
import type { Database, Statement } from "./database.js";

/** What evp does in its tables. */
const ALL = ["SELECT", "INSERT", "UPDATE", "DELETE"];
const NEEDED: [string, string[]][] = [
  ...["event", "fact", "client", "producer", "held_lock", "blocked_group", "processor"].map(
    (table): [string, string[]] => [table, ALL],
  ),
  ["event_type", ["SELECT", "INSERT"]],
  ["journal", ["SELECT"]],
];

const NOW: Statement = { name: "SqlTellTime", text: "SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now" };
/** What is not there is for others to tell ("Access Privilege Inquiry Functions", 9.26). */
const DENIED: Statement = {
  name: "SqlTellPrivileges",
  text: `SELECT privilege || ' on ' || $1 || '.' || relation AS denied
    FROM unnest($2::text[], $3::text[]) AS needed (relation, privilege)
    JOIN pg_namespace ON nspname = $1 JOIN pg_class ON relnamespace = pg_namespace.oid AND relname = relation
    WHERE NOT has_table_privilege(pg_class.oid, privilege)
      OR NOT has_schema_privilege(pg_namespace.oid, 'USAGE')`,
};

export function createDiagnostics(database: Database, clock: Pick<Clock, "now">, schema: string): StoreDiagnostics {
  return {
    async probe() {
      const answer = await timeOf(database);
      return { service: "postgres", host: database.place, answeredAt: clock.now(), ...answer };
    },
    async deniedPrivileges() {
      const pairs = NEEDED.flatMap(([relation, privileges]) =>
        privileges.map((privilege) => ({ relation, privilege })),
      );
      const values = [schema, pairs.map(({ relation }) => relation), pairs.map(({ privilege }) => privilege)];
      const { rows } = await database.call<{ denied: string }>("asking for privileges", DENIED, values);
      return rows.map(({ denied }) => denied);
    },
  };
}

async function timeOf(database: Database): Promise<Pick<Probe, "serverTime" | "error">> {
  try {
    const { rows } = await database.call<{ now: string }>("asking PostgreSQL", NOW, []);
    return { serverTime: Number(rows[0]?.now), error: undefined };
  } catch (error) {
    if (isCallError(error)) return { serverTime: undefined, error };
    throw error;
  }
}
