import type { Settings } from "./settings.js";
import type { DesiredDatabaseMigration, DesiredDatabaseSchema, DesiredDatabaseViews } from "./stack-plan.js";
import { migrationName, STORE_MIGRATIONS } from "./store-migrations.js";

/** What a stack has in PostgreSQL instead of tables in DynamoDB; nothing where its store is DynamoDB. */
export function planDatabase({
  stack,
  store,
}: Settings): (DesiredDatabaseSchema | DesiredDatabaseMigration | DesiredDatabaseViews)[] {
  if (store.kind !== "postgres") return [];
  const { schema, viewSchema } = store;
  return [
    { kind: "database-schema", name: schema, stack },
    ...STORE_MIGRATIONS.map((migration) => ({
      kind: "database-migration" as const,
      name: migrationName(migration),
      version: migration.version,
      schema,
    })),
    ...(viewSchema === schema ? [] : [{ kind: "database-views" as const, name: viewSchema, schema, stack }]),
  ];
}
