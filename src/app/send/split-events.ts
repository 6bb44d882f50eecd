import { SQS_MAX_BYTES } from "../../core/limits.js";
import { type Line, LineSplitter } from "../../core/line-splitter.js";

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
  const splitter = new LineSplitter();
  const toItems = ({ number, bytes, cut }: Line): SourceItem[] => {
    const item = toItem(number, [bytes], cut?.sizeBytes ?? bytes.length);
    return "text" in item && item.text.trim() === "" ? [] : [item];
  };
  return {
    push: (chunk) => splitter.push(chunk).flatMap(toItems),
    end() {
      const last = splitter.end();
      return last === undefined ? [] : toItems(last);
    },
  };
}
