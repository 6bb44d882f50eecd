import type { BigIntStats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SeenFile } from "../../core/file-plan.js";

/** Every plain file of a folder, in name order; one that goes meanwhile is left out. */
export async function scanFolder(folder: string, isOfInterest: (name: string) => boolean): Promise<SeenFile[]> {
  const names = (await readdir(folder)).filter(isOfInterest).sort();
  const files = await Promise.all(names.map((name) => look(folder, name)));
  return files.filter((file) => file !== undefined);
}

async function look(folder: string, name: string): Promise<SeenFile | undefined> {
  try {
    const stats = await stat(join(folder, name), { bigint: true });
    return stats.isFile() ? seenFile(name, stats) : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ELOOP"))
      return undefined;
    throw error;
  }
}

/** Inodes may be greater than a double can tell apart. */
export function seenFile(name: string, stats: BigIntStats): SeenFile {
  return {
    name,
    device: String(stats.dev),
    inode: String(stats.ino),
    sizeBytes: Number(stats.size),
    modifiedAt: Number(stats.mtimeMs),
  };
}
