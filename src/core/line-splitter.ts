import { createHash, type Hash } from "node:crypto";
import { SQS_MAX_BYTES } from "./limits.js";

/** One line of a file or stream, without its line end. */
export interface Line {
  /** From 1. */
  number: number;
  /** Byte offset behind its line end. */
  end: number;
  bytes: Buffer;
  /** It is longer than any message: `bytes` are its beginning, and this is what all of it is. */
  cut: { sizeBytes: number; sha256: string } | undefined;
  /** The bytes right before `end`, {@link TAIL_BYTES} of them where there are so many: a place in a file is recognised by them. */
  tail: Buffer;
}

/** A longer line is not held. */
export const MAX_LINE_BYTES = SQS_MAX_BYTES;
/** What is held of such a line. */
const BEGINNING_BYTES = 64 * 1024;
export const TAIL_BYTES = 256;

const [NEWLINE, CARRIAGE_RETURN] = [0x0a, 0x0d];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Where a reading begins. */
export interface LineStart {
  /** Byte offset. */
  offset: number;
  /** Number of the line that begins there, from 1. */
  line: number;
  /** The bytes before the offset. */
  tail: Buffer;
}

/**
 * Cuts bytes into lines however they come, in memory that one line of {@link MAX_LINE_BYTES} bounds. It is cut at bytes, so that a character in two chunks
 * stays whole. A byte order mark at the very beginning belongs to no line.
 */
export class LineSplitter {
  /** Byte offset behind what was pushed. */
  offset: number;
  /** Number of the line that is under way. */
  line: number;
  /** The bytes before `offset`. */
  tail: Buffer;
  #pieces: Buffer[] = [];
  #lineBytes = 0;
  #hash: Hash | undefined;
  #isAtBeginning: boolean;

  constructor({ offset, line, tail }: LineStart = { offset: 0, line: 1, tail: Buffer.alloc(0) }) {
    this.offset = offset;
    this.line = line;
    this.tail = tail;
    this.#isAtBeginning = offset === 0;
  }

  /** @returns the lines that end in `chunk`, which must not be changed any more */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, at));
      start = at + 1;
      lines.push(this.#take(this.offset + start, tailOf(this.tail, chunk.subarray(0, start))));
    }
    this.#keep(chunk.subarray(start));
    this.tail = tailOf(this.tail, chunk);
    this.offset += chunk.length;
    return lines;
  }

  /** The line that is under way, although it has no line end; undefined: there is none */
  end(): Line | undefined {
    return this.#lineBytes === 0 ? undefined : this.#take(this.offset, this.tail);
  }

  #keep(piece: Buffer): void {
    this.#lineBytes += piece.length;
    if (this.#hash !== undefined) this.#hash.update(piece);
    else if (piece.length > 0) this.#pieces.push(piece);
    if (this.#hash !== undefined || this.#lineBytes <= MAX_LINE_BYTES + 1) return;
    const whole = Buffer.concat(this.#pieces);
    this.#hash = createHash("sha256").update(whole);
    this.#pieces = [Buffer.from(whole.subarray(0, BEGINNING_BYTES))];
  }

  #take(end: number, tail: Buffer): Line {
    const [first = Buffer.alloc(0)] = this.#pieces;
    const raw = this.#pieces.length > 1 ? Buffer.concat(this.#pieces) : first;
    const sha256 = this.#hash?.digest("hex");
    const cut = sha256 === undefined ? undefined : { sizeBytes: this.#lineBytes, sha256 };
    const line = { number: this.line, end, bytes: cut === undefined ? this.#content(raw) : raw, cut, tail };
    this.#pieces = [];
    this.#lineBytes = 0;
    this.#hash = undefined;
    this.#isAtBeginning = false;
    this.line += 1;
    return line;
  }

  #content(raw: Buffer): Buffer {
    const end = raw.at(-1) === CARRIAGE_RETURN ? raw.length - 1 : raw.length;
    const hasMark = this.#isAtBeginning && raw.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    return raw.subarray(hasMark ? BYTE_ORDER_MARK.length : 0, end);
  }
}

/** The last bytes of two pieces, one after the other. */
function tailOf(before: Buffer, bytes: Buffer): Buffer {
  if (bytes.length >= TAIL_BYTES) return bytes.subarray(bytes.length - TAIL_BYTES);
  const both = Buffer.concat([before, bytes]);
  return both.subarray(Math.max(0, both.length - TAIL_BYTES));
}
