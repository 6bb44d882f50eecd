/** One step of the database's shape. A step that was ever released is never changed: a later one mends it. */
export interface StoreMigration {
  version: number;
  /** For people, kebab-case. */
  name: string;
}

/** All steps, in the order in which `evp init` takes them; their statements are the PostgreSQL adapter's. */
export const STORE_MIGRATIONS = [
  { version: 1, name: "registries" },
  { version: 2, name: "journal" },
  { version: 3, name: "views" },
] as const satisfies StoreMigration[];

/** The newest step that this version of evp knows. */
export const NEWEST_MIGRATION: number = Math.max(...STORE_MIGRATIONS.map(({ version }) => version));

/** How a step is told, for instance `002-journal`. */
export function migrationName({ version, name }: StoreMigration): string {
  return `${String(version).padStart(3, "0")}-${name}`;
}
