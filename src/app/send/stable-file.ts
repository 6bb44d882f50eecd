import { createHash, type Hash } from "node:crypto";
import { EvpError } from "../../core/errors.js";
import type { FileSource } from "./send-events.js";

/** A file that is read more than once and has to say the same each time, since only its first reading is checked. */
export class StableFile {
  readonly #source: FileSource;
  readonly #first = createHash("sha256");
  #digest: string | undefined;

  constructor(source: FileSource) {
    this.#source = source;
  }

  /** To be read to the end before `sameChunks`. */
  firstChunks(): AsyncGenerator<Uint8Array> {
    return hashed(this.#source.open(), this.#first);
  }

  /** @throws EvpError (failed) at the end, when it is not what was read first */
  async *sameChunks(): AsyncGenerator<Uint8Array> {
    this.#digest ??= this.#first.digest("hex");
    const again = createHash("sha256");
    yield* hashed(this.#source.open(), again);
    if (again.digest("hex") === this.#digest) return;
    throw new EvpError(`${this.#source.name} changed while it was being read`, {
      code: "file-changed",
      category: "failed",
      hint: "Send it again once nothing writes to it any more, or pipe it in (evp send -)",
    });
  }
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
