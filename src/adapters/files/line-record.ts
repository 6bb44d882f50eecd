import { isUtf8 } from "node:buffer";
import type { Line } from "../../core/line-splitter.js";
import type { SourceRecord } from "../../ports/record-source.js";

interface LineOrigin {
  partition: string;
  /** How the file is called in messages. */
  name: string;
  /** Absolute path by which it was first read. */
  path: string;
}

/** A line as a record; undefined where there is nothing in it. */
export function lineRecord(
  { bytes, cut, end, number }: Line,
  { partition, name, path }: LineOrigin,
): SourceRecord | undefined {
  const text = cut === undefined && isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  if (text !== undefined && !/\S/.test(text)) return undefined;
  return {
    partition,
    position: BigInt(end),
    text,
    bytes,
    cut,
    key: undefined,
    place: `${name} line ${number}`,
    origin: { file: path, line: String(number) },
  };
}
