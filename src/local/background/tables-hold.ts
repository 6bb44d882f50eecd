import { existsSync } from "node:fs";
import { isEvpError } from "../../core/errors.js";

/**
 * Keeps every stack out of a directory, by the lock that a stack takes first and gives back last: LevelDB's on its tables.
 * @returns how to let go, or nothing while another process has it
 */
export async function holdTables(tables: string): Promise<(() => Promise<void>) | undefined> {
  if (!existsSync(tables)) return letGoOfNothing;
  // Loaded when it is needed, since every command loads the files that load this one.
  const { openTableStore } = await import("../tables/table-store.js");
  try {
    const store = await openTableStore(tables);
    return () => store.db.close();
  } catch (error) {
    // Tables that cannot be read are nobody's.
    return isEvpError(error) && error.code === "state-dir-in-use" ? undefined : letGoOfNothing;
  }
}

async function letGoOfNothing(): Promise<void> {}
