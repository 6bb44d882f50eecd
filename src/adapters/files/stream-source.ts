import { LineSplitter } from "../../core/line-splitter.js";
import type { RecordSource, SourceRecord } from "../../ports/record-source.js";
import { lineRecord } from "./line-record.js";

/** Lines of a stream, stdin for instance. It can be read once and keeps no position: a line that was sent and comes again is recognised by its event. */
export function createStreamSource(name: string, chunks: AsyncIterable<Uint8Array | string>): RecordSource {
  return {
    name,
    async *read(stop) {
      const splitter = new LineSplitter();
      const toRecord = (line: Parameters<typeof lineRecord>[0]) =>
        lineRecord(line, { partition: name, name, path: name });
      for await (const chunk of chunks) {
        const lines = splitter.push(asBuffer(chunk));
        const records = lines.map(toRecord).filter((record) => record !== undefined);
        if (records.length > 0) yield records;
        if (stop.aborted) return;
      }
      const last = splitter.end();
      const record: SourceRecord | undefined = last === undefined ? undefined : toRecord(last);
      if (record !== undefined) yield [record];
    },
    async commit() {},
    onLost() {},
    async close() {},
  };
}

function asBuffer(chunk: Uint8Array | string): Buffer {
  if (typeof chunk === "string") return Buffer.from(chunk);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
