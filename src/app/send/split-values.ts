import { MAX_PIECE_BYTES, type SourceItem, type Splitter, toItem } from "./split-events.js";

const [NEWLINE, QUOTE, BACKSLASH, COMMA] = [0x0a, 0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Splits a JSON array into its elements, or objects written over several lines into each of them. Only brackets and strings
 * are followed; whether a piece is good JSON is for others to say. Each piece keeps its bytes, so that a body is what the file says.
 */
export function splitValues(isArray: boolean): Splitter {
  return new ValueSplitter(isArray);
}

class ValueSplitter implements Splitter {
  #line = 1;
  /** Where the value at hand began, or undefined between values. */
  #startLine: number | undefined;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** Of the outer array: its brackets belong to no value. */
  #array: "none" | "expected" | "open" | "closed";
  #items: SourceItem[] = [];

  constructor(isArray: boolean) {
    this.#array = isArray ? "expected" : "none";
  }

  push(chunk: Buffer): SourceItem[] {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      const wasInside = this.#startLine !== undefined;
      const state = this.#isInString ? this.#readString(byte) : this.#read(byte);
      if (!wasInside && this.#startLine !== undefined) start = at;
      if (state === "ends") this.#finish(chunk.subarray(start, at + 1));
      if (state === "ended") this.#finish(chunk.subarray(start, at));
      if (byte === NEWLINE) this.#line += 1;
    }
    if (this.#startLine !== undefined) this.#keep(chunk.subarray(start));
    return this.#takeItems();
  }

  end(): SourceItem[] {
    if (this.#startLine !== undefined) this.#finish(Buffer.alloc(0));
    if (this.#array === "open") this.#items.push({ line: this.#line, problem: "the array has no end" });
    return this.#takeItems();
  }

  #readString(byte: number): "inside" {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
    return "inside";
  }

  /** @returns `ends`: this byte is the last of a value; `ended`: the one before it was */
  #read(byte: number): "inside" | "ends" | "ended" {
    if (this.#startLine === undefined && this.#isBetween(byte)) return "inside";
    if (this.#depth === 0 && this.#startLine !== undefined && (byte <= 0x20 || byte === COMMA || byte === CLOSE_LIST)) {
      if (byte === CLOSE_LIST) this.#closeArray();
      return "ended";
    }
    this.#startLine ??= this.#line;
    if (byte === QUOTE) this.#isInString = true;
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth += 1;
    if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth -= 1;
    return this.#depth <= 0 && (byte === CLOSE_LIST || byte === CLOSE_OBJECT) ? "ends" : "inside";
  }

  /** White space, commas and the outer array's own brackets. */
  #isBetween(byte: number): boolean {
    if (byte <= 0x20) return true;
    if (this.#array === "expected") {
      this.#array = "open";
      return byte === OPEN_LIST;
    }
    if (this.#array === "open" && byte === CLOSE_LIST) {
      this.#closeArray();
      return true;
    }
    return this.#array === "open" && byte === COMMA;
  }

  #closeArray(): void {
    if (this.#array === "open") this.#array = "closed";
  }

  #keep(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes <= MAX_PIECE_BYTES) this.#pieces.push(piece);
  }

  #finish(piece: Buffer): void {
    this.#keep(piece);
    this.#items.push(toItem(this.#startLine ?? this.#line, this.#pieces, this.#bytes));
    this.#startLine = undefined;
    this.#pieces = [];
    this.#bytes = 0;
    this.#depth = 0;
    this.#isInString = false;
  }

  #takeItems(): SourceItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }
}
