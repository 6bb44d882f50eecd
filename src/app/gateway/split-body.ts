import { isUtf8 } from "node:buffer";
import { splitValues } from "../send/split-values.js";

/** The events of a request's body, each byte for byte as it stands there. */
export type SplitBody =
  | { ok: true; isArray: boolean; texts: string[] }
  | { ok: false; code: "malformed-json" | "too-large"; detail: string };

/** @param maxItems - events of one array at most */
export function splitBody(body: Buffer, maxItems: number): SplitBody {
  if (!isUtf8(body)) return malformed("the body is not UTF-8");
  const text = body.toString("utf8");
  if (text.trim() === "") return malformed("the body is empty");
  if (!/^\s*\[/.test(text)) return { ok: true, isArray: false, texts: [text] };
  const length = lengthOf(text);
  if (typeof length === "string") return malformed(length);
  if (length === 0) return malformed("the array is empty");
  if (length > maxItems) {
    return { ok: false, code: "too-large", detail: `${length} events; ${maxItems} are allowed in one request` };
  }
  const splitter = splitValues(true);
  const items = [...splitter.push(body), ...splitter.end()];
  const texts = items.flatMap((item) => ("text" in item ? [item.text] : []));
  if (texts.length === length) return { ok: true, isArray: true, texts };
  return { ok: false, code: "too-large", detail: "an event is larger than any queue takes" };
}

/** How many elements an array has; a text: why it is none. */
function lengthOf(text: string): number | string {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.length : "the body is no array";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function malformed(detail: string): SplitBody {
  return { ok: false, code: "malformed-json", detail };
}
