import { SQS_MAX_BYTES } from "../../core/limits.js";

/** One event of a file as it stands there, or why nothing can be made of it. `line` counts from 1. */
export type SourceItem = { line: number; text: string } | { line: number; problem: string };

/** Takes bytes as they come and gives the events that are complete. */
export interface Splitter {
  push(chunk: Buffer): SourceItem[];
  /** What is left when there is no more. */
  end(): SourceItem[];
}

/** No queue takes more; a longer piece is not even kept. */
export const MAX_PIECE_BYTES = SQS_MAX_BYTES;

const NEWLINE = 0x0a;
const decoder = () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of one event, possibly from several chunks, as an item. */
export function toItem(line: number, pieces: Buffer[], bytes: number): SourceItem {
  if (bytes > MAX_PIECE_BYTES) return { line, problem: `longer than ${MAX_PIECE_BYTES} bytes, which no queue takes` };
  try {
    return { line, text: decoder().decode(Buffer.concat(pieces)) };
  } catch {
    return { line, problem: "not UTF-8" };
  }
}

/** Newline-delimited JSON: an event a line, blank lines left out. */
export function splitLines(): Splitter {
  let line = 1;
  let pieces: Buffer[] = [];
  let bytes = 0;
  const keep = (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= MAX_PIECE_BYTES) pieces.push(piece);
  };
  const take = (): SourceItem[] => {
    const item = toItem(line, pieces, bytes);
    pieces = [];
    bytes = 0;
    if ("problem" in item) return [item];
    const text = item.text.replace(/\r$/, "");
    return text.trim() === "" ? [] : [{ line, text }];
  };
  return {
    push(chunk) {
      const items: SourceItem[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        keep(chunk.subarray(start, end));
        items.push(...take());
        line += 1;
        start = end + 1;
      }
      keep(chunk.subarray(start));
      return items;
    },
    end: take,
  };
}
