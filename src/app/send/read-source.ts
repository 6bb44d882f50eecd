import { type SourceItem, type Splitter, splitLines } from "./split-events.js";
import { splitValues } from "./split-values.js";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** The first line that is not blank tells the form; nobody indents by more than this. */
const MAX_HEAD_BYTES = 64 * 1024;

/** Reads events from bytes: one a line, or the elements of a JSON array, or objects written over several lines. Memory stays bounded by one event. */
export async function* readSource(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SourceItem> {
  let head = Buffer.alloc(0);
  let splitter: Splitter | undefined;
  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (splitter !== undefined) {
      yield* splitter.push(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (!hasFirstLine(head)) continue;
    splitter = splitterFor(head);
    yield* splitter.push(withoutMark(head));
  }
  if (splitter === undefined) {
    splitter = splitterFor(head);
    yield* splitter.push(withoutMark(head));
  }
  yield* splitter.end();
}

function hasFirstLine(head: Buffer): boolean {
  return head.length > MAX_HEAD_BYTES || withoutMark(head).toString("latin1").trimStart().includes("\n");
}

function splitterFor(head: Buffer): Splitter {
  const text = withoutMark(head).toString("latin1").trimStart();
  const firstLine = text.split("\n", 1)[0]?.trim() ?? "";
  if (firstLine.startsWith("[")) return splitValues(true);
  return firstLine === "{" ? splitValues(false) : splitLines();
}

function withoutMark(head: Buffer): Buffer {
  return head.subarray(0, 3).equals(BYTE_ORDER_MARK) ? head.subarray(3) : head;
}
