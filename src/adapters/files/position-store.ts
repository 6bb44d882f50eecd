import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { EvpError } from "../../core/errors.js";
import type { FilePosition } from "../../core/file-plan.js";

/** What a position file holds. */
interface Kept {
  /** Absolute path of the file or folder, for people. */
  source: string;
  files: FilePosition[];
}

/** @throws EvpError (failed) when the file says something else, rather than beginning anew without a word */
export async function loadPositions(file: string): Promise<FilePosition[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return [];
  const files = readKept(text);
  if (files !== undefined) return files;
  throw new EvpError(`${file} does not say how far the source was read`, {
    code: "position-unreadable",
    category: "failed",
    hint: "Read from the beginning with --from-beginning: what was sent before is recognised and not published again.",
  });
}

/** Whole or not at all, and on the disk when it resolves. */
export async function savePositions(file: string, kept: Kept): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.new`;
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(`${JSON.stringify(kept, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncFolder(dirname(file));
}

/** A renamed file is there after a power cut only when its folder was written, too; where folders cannot be (Windows), it has to do without. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

const TEXTS = ["name", "device", "inode", "fingerprint"] as const;
const NUMBERS = ["offset", "line", "sizeBytes", "at"] as const;

function readKept(text: string): FilePosition[] | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    const files = typeof kept === "object" && kept !== null && "files" in kept ? kept.files : undefined;
    return Array.isArray(files) && files.every(isPosition) ? files : undefined;
  } catch {
    return undefined;
  }
}

function isPosition(value: unknown): value is FilePosition {
  if (typeof value !== "object" || value === null) return false;
  const field = (name: string): unknown => Reflect.get(value, name);
  return (
    TEXTS.every((name) => typeof field(name) === "string") && NUMBERS.every((name) => Number.isSafeInteger(field(name)))
  );
}
