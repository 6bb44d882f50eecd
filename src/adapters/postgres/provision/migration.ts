import type { DesiredDatabaseMigration } from "../../../core/stack-plan.js";
import { isCallError } from "../../../ports/call.js";
import { ALL_DONE, type ResourceHandler } from "../../resource-handler.js";
import type { Database, Run } from "../database.js";
import { quoted } from "../quoting.js";
import { lockSchema } from "./schema.js";
import { migrationStatements } from "./statements.js";

/** One step of the schema's shape: taken once, whole or not at all, and never taken back. */
export function migrationHandler(
  database: Database,
  { name, version, schema }: DesiredDatabaseMigration,
): ResourceHandler {
  const isTaken = async (run: Run) =>
    (await run(`SELECT FROM ${quoted(schema)}.evp_migration WHERE version = $1`, [version])).length > 0;
  return {
    async inspect() {
      try {
        const taken = await database.transaction(`looking for the migration ${name}`, isTaken);
        return { state: taken ? "matches" : "absent" };
      } catch (error) {
        if (isCallError(error) && ["42P01", "3F000"].includes(error.fault.code)) return { state: "absent" };
        throw error;
      }
    },
    create: () =>
      database.transaction(`migrating ${schema} to ${name}`, async (run) => {
        await lockSchema(run, schema);
        if (await isTaken(run)) return ALL_DONE;
        await run(migrationStatements(version, quoted(schema)));
        await run(`INSERT INTO ${quoted(schema)}.evp_migration (version, name) VALUES ($1, $2)`, [version, name]);
        return ALL_DONE;
      }),
    update: async () => ALL_DONE,
    remove: async () => "absent",
  };
}
