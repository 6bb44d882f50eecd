import { type FileHandle, open } from "node:fs/promises";
import type { Clock } from "../ports/clock.js";

interface ReadOptions {
  /** Go on with what is written later, until the signal aborts. */
  follow: boolean;
  clock: Clock;
  signal: AbortSignal;
}

const LOOK_EVERY_MS = 250;
const CHUNK_BYTES = 64 * 1024;

/** Lines of a file that may still grow. A file that is not there has none. */
export async function* readLines(path: string, { follow, clock, signal }: ReadOptions): AsyncGenerator<string> {
  const file = await openExisting(path);
  if (file === undefined) return;
  try {
    const decoder = new TextDecoder();
    let rest = "";
    while (!signal.aborted) {
      const chunk = await file.read(Buffer.alloc(CHUNK_BYTES));
      const lines = (rest + decoder.decode(chunk.buffer.subarray(0, chunk.bytesRead), { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
      if (chunk.bytesRead > 0) continue;
      if (!follow) break;
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
    if (rest !== "") yield rest;
  } finally {
    await file.close();
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
