import { endOfNumber } from "./json-scan.js";

/** Where a text stops being JSON. */
export interface JsonBreak {
  /** Index of the character at fault; the text's length where it ends too early. */
  index: number;
  /** What was expected there, or what is wrong. */
  message: string;
}

/** What may come next. */
type Expected = "value" | "value or ]" | "name" | "name or }" | "colon" | "comma" | "nothing";

interface Scan {
  text: string;
  index: number;
  expected: Expected;
  /** The closing brackets that are still to come, the innermost last. */
  open: string[];
}

/** The first place where a text breaks the rules of JSON (RFC 8259), or undefined where it is JSON. Looks at no character twice, whatever the text is. */
export function findJsonBreak(text: string): JsonBreak | undefined {
  const scan: Scan = { text, index: 0, expected: "value", open: [] };
  for (;;) {
    skipSpace(scan);
    if (scan.index >= text.length) return scan.expected === "nothing" ? undefined : endedEarly(scan);
    const problem = step(scan);
    if (problem !== undefined) return problem;
  }
}

function step(scan: Scan): JsonBreak | undefined {
  const character = scan.text[scan.index] ?? "";
  switch (scan.expected) {
    case "nothing":
      return broken(scan, "the document has ended before this");
    case "colon":
      return character === ":" ? advance(scan, "value") : broken(scan, "a colon was expected");
    case "comma":
      return afterValue(scan, character);
    case "name or }":
      if (character === "}") return close(scan);
      return readName(scan, character, 'a name in double quotes, or "}", was expected');
    case "name":
      return readName(scan, character, "a name in double quotes was expected");
    case "value or ]":
      return character === "]" ? close(scan) : readValue(scan, character);
    case "value":
      return readValue(scan, character);
  }
}

function afterValue(scan: Scan, character: string): JsonBreak | undefined {
  const closing = scan.open.at(-1) ?? "";
  if (character === closing) return close(scan);
  if (character === ",") return advance(scan, closing === "}" ? "name" : "value");
  return broken(scan, `a comma, or "${closing}", was expected`);
}

function readName(scan: Scan, character: string, otherwise: string): JsonBreak | undefined {
  return character === '"' ? readString(scan, "colon") : broken(scan, otherwise);
}

function readValue(scan: Scan, character: string): JsonBreak | undefined {
  if (character === "{" || character === "[") {
    scan.open.push(character === "{" ? "}" : "]");
    return advance(scan, character === "{" ? "name or }" : "value or ]");
  }
  if (character === '"') return readString(scan, afterThis(scan));
  if (character === "-" || (character >= "0" && character <= "9")) return readNumber(scan);
  const word = ["true", "false", "null"].find((known) => scan.text.startsWith(known, scan.index));
  if (word === undefined) return broken(scan, "a value was expected");
  return advance(scan, afterThis(scan), word.length);
}

function readNumber(scan: Scan): JsonBreak | undefined {
  const end = endOfNumber(scan.text, scan.index);
  const source = scan.text.slice(scan.index, end);
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(source)) return broken(scan, "no number of JSON");
  return advance(scan, afterThis(scan), source.length);
}

const ESCAPE = /\\(["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function readString(scan: Scan, next: Expected): JsonBreak | undefined {
  const { text } = scan;
  let index = scan.index + 1;
  for (; index < text.length && text[index] !== '"'; index++) {
    if (text.charCodeAt(index) < 0x20) {
      return { index, message: "a line end or control character in a string has to be escaped" };
    }
    if (text[index] !== "\\") continue;
    ESCAPE.lastIndex = index;
    const found = ESCAPE.exec(text);
    if (found === null) return { index, message: "no escape of JSON" };
    index += found[0].length - 1;
  }
  if (index >= text.length) return broken(scan, "the string that begins here does not end");
  return advance(scan, next, index + 1 - scan.index);
}

function close(scan: Scan): undefined {
  scan.open.pop();
  return advance(scan, afterThis(scan));
}

function afterThis({ open }: Scan): Expected {
  return open.length === 0 ? "nothing" : "comma";
}

function advance(scan: Scan, expected: Expected, length = 1): undefined {
  scan.index += length;
  scan.expected = expected;
}

function broken({ index }: Scan, message: string): JsonBreak {
  return { index, message };
}

function endedEarly({ text, open }: Scan): JsonBreak {
  const closing = open.at(-1);
  const message =
    closing === undefined ? "a document was expected" : `the text ends before the "${closing}" that it needs`;
  return { index: text.length, message };
}

function skipSpace(scan: Scan): void {
  while (" \t\n\r".includes(scan.text[scan.index] ?? "x")) scan.index++;
}
