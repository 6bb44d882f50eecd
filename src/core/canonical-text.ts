import { type Canonical, NotCanonical } from "./canonical-json.js";
import { exactNumber } from "./exact-number.js";
import { type JsonReader, readOn, skipSpace } from "./json-reader.js";
import { endOfNumber, endOfString } from "./json-scan.js";

/**
 * The canonical form of a JSON text, as `canonicalize` writes it of a value, with the digits of every number at hand.
 * (JSON.parse would tell them to a reviver, at several times the cost of this.) `text`: valid JSON, nested 64 levels at most
 * @throws NotCanonical for a lone surrogate or a number that overflows a double
 */
export function canonicalizeText(text: string): Canonical {
  const reader = { text, index: 0, members: 0 };
  return { text: readValue(reader), members: reader.members };
}

interface Reader extends JsonReader {
  /** Members of all objects; a name that is repeated in one counts once. */
  members: number;
}

function readValue(reader: Reader): string {
  skipSpace(reader);
  const first = reader.text[reader.index];
  if (first === "{") return readObject(reader);
  if (first === "[") return readArray(reader);
  if (first === '"') return readString(reader);
  if (first === "t" || first === "n") return take(reader, reader.index + 4);
  if (first === "f") return take(reader, reader.index + 5);
  return readNumber(reader);
}

function readObject(reader: Reader): string {
  const members: [name: string, value: string][] = [];
  while (readOn(reader, "}")) {
    const name = readString(reader);
    skipSpace(reader);
    reader.index++;
    members.push([name, readValue(reader)]);
  }
  if (members.length > 1) members.sort(([a], [b]) => compareNames(a, b));
  let text = "";
  let last: string | undefined;
  for (const [name, value] of members) {
    if (name !== last) reader.members++;
    text += `${last === undefined ? "" : ","}${name}:${value}`;
    last = name;
  }
  return `{${text}}`;
}

/** RFC 8785 orders names by UTF-16 code units; those with escapes do not compare as they are written. */
function compareNames(a: string, b: string): number {
  const isPlain = !a.includes("\\") && !b.includes("\\");
  const [one, other]: [string, string] = isPlain ? [a.slice(1, -1), b.slice(1, -1)] : [JSON.parse(a), JSON.parse(b)];
  return one < other ? -1 : 1;
}

function readArray(reader: Reader): string {
  let text = "";
  while (readOn(reader, "]")) text += `${text === "" ? "" : ","}${readValue(reader)}`;
  return `[${text}]`;
}

function readString(reader: Reader): string {
  const source = take(reader, endOfString(reader.text, reader.index));
  if (!source.includes("\\") && source.isWellFormed()) return source;
  const value: string = JSON.parse(source);
  if (!value.isWellFormed()) throw new NotCanonical("a string has half of a surrogate pair");
  return JSON.stringify(value);
}

function readNumber(reader: Reader): string {
  const source = take(reader, endOfNumber(reader.text, reader.index));
  if (!Number.isFinite(Number(source))) throw new NotCanonical("a number is too large");
  const number = exactNumber(source);
  return typeof number === "number" ? JSON.stringify(number) : number.text;
}

function take(reader: Reader, end: number): string {
  const taken = reader.text.slice(reader.index, end);
  reader.index = end;
  return taken;
}
