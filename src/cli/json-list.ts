import { jsonDocument } from "../ui/json.js";
import type { OutputStream } from "./context.js";
import { writeText } from "./write-stream.js";

/** A JSON array that is written while it grows: nothing of it is held. */
export interface JsonList {
  add(item: unknown): Promise<void>;
  /** Closes it; an empty one is `[]`. */
  end(): Promise<void>;
}

/** The same text as of a document that holds all items. */
export function openJsonList(stream: OutputStream): JsonList {
  let isEmpty = true;
  return {
    async add(item) {
      const text = jsonDocument(item).trimEnd().replaceAll("\n", "\n  ");
      await writeText(stream, `${isEmpty ? "[" : ","}\n  ${text}`);
      isEmpty = false;
    },
    async end() {
      await writeText(stream, isEmpty ? "[]\n" : "\n]\n");
    },
  };
}
