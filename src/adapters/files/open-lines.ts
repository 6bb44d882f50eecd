import { hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { FilePosition, SeenFile } from "../../core/file-plan.js";
import { type Line, LineSplitter, TAIL_BYTES } from "../../core/line-splitter.js";
import { seenFile } from "./scan-folder.js";

const CHUNK_BYTES = 128 * 1024;

/** Hash of the bytes before a place in a file; empty at its beginning. */
export function fingerprintOf(tail: Uint8Array): string {
  return tail.byteLength === 0 ? "" : hash("sha256", tail).slice(0, 32);
}

/** Whether the bytes before a position are still there. */
export async function holdsPosition(
  handle: FileHandle,
  { offset, fingerprint }: Pick<FilePosition, "offset" | "fingerprint">,
): Promise<boolean> {
  const { size } = await handle.stat();
  return size >= offset && fingerprintOf(await tailAt(handle, offset)) === fingerprint;
}

async function tailAt(handle: FileHandle, offset: number): Promise<Buffer> {
  const length = Math.min(offset, TAIL_BYTES);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset - length);
  return buffer.subarray(0, bytesRead);
}

/** The same, of a file by its path; one that is not there, or may not be read, holds nothing. */
export async function fileHolds(
  path: string,
  position: Pick<FilePosition, "offset" | "fingerprint">,
): Promise<boolean> {
  const handle = await open(path).catch(() => undefined);
  try {
    return handle !== undefined && (await holdsPosition(handle, position));
  } finally {
    await handle?.close();
  }
}

/** A file that is read line by line through one descriptor, which finds it under whatever name it has by now. */
export class OpenLines {
  readonly #splitter: LineSplitter;
  #path: string;
  /** undefined: it is closed until there is more to read. */
  #handle: FileHandle | undefined;
  #sizeBytes: number;

  private constructor(path: string, handle: FileHandle, splitter: LineSplitter, sizeBytes: number) {
    this.#path = path;
    this.#handle = handle;
    this.#splitter = splitter;
    this.#sizeBytes = sizeBytes;
  }

  static async open(folder: string, file: SeenFile, from: FilePosition | undefined): Promise<OpenLines> {
    const path = join(folder, file.name);
    const handle = await open(path);
    const { offset, line } = from ?? { offset: 0, line: 1 };
    return new OpenLines(
      path,
      handle,
      new LineSplitter({ offset, line, tail: await tailAt(handle, offset) }),
      file.sizeBytes,
    );
  }

  /** Where the next bytes are read. */
  get readPosition(): Pick<FilePosition, "offset" | "line" | "fingerprint" | "sizeBytes"> {
    const { offset, line, tail } = this.#splitter;
    return { offset, line, fingerprint: fingerprintOf(tail), sizeBytes: this.#sizeBytes };
  }

  get offset(): number {
    return this.#splitter.offset;
  }

  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  /** The file as it is now, as if it were still called so; undefined: it is closed, and only its name would tell. */
  async look(name: string): Promise<SeenFile | undefined> {
    return this.#handle === undefined ? undefined : seenFile(name, await this.#handle.stat({ bigint: true }));
  }

  /** Whether what was read last is still there. */
  async holds(): Promise<boolean> {
    return this.#handle === undefined
      ? fileHolds(this.#path, this.readPosition)
      : holdsPosition(this.#handle, this.readPosition);
  }

  /** It is the same file, and called so by now. */
  rename(path: string): void {
    this.#path = path;
  }

  /** Goes on in a copy of the file at the same place: the line that is under way goes on with it. */
  async moveTo(path: string): Promise<void> {
    await this.close();
    this.#path = path;
  }

  /** The lines that end in the next piece; undefined: there is no more for now, or what was read last is not there any more. */
  async next(): Promise<Line[] | undefined> {
    const { offset, tail } = this.#splitter;
    // With the bytes before it in the same read, so that a file that was truncated meanwhile is never taken for itself.
    const chunk = Buffer.allocUnsafeSlow(tail.length + CHUNK_BYTES);
    this.#handle ??= await open(this.#path);
    const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, offset - tail.length);
    if (bytesRead <= tail.length || !chunk.subarray(0, tail.length).equals(tail)) return undefined;
    const fresh = chunk.subarray(tail.length, bytesRead);
    this.#sizeBytes = Math.max(this.#sizeBytes, offset + fresh.length);
    return this.#splitter.push(fresh);
  }

  /** The line under way, as the last of the file. */
  end(): Line | undefined {
    return this.#splitter.end();
  }

  /** Reading on opens it again. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
