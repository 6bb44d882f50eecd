/** What one pass over a JSON text tells without parsing it. Meaningless, but harmless, for a text that is not JSON. */
export interface JsonScan {
  /** Members of all objects, counted by their colons. */
  members: number;
  depth: number;
  /** Some number is so long, or has an exponent, that a double may not hold it exactly. */
  hasLongNumber: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** A decimal with at most this many digits survives the way through a double and back. */
const SAFE_NUMBER_LENGTH = 15;

/** Never looks at a character twice: hostile input costs what harmless input costs. */
export function scanJson(text: string): JsonScan {
  let members = 0;
  let depth = 0;
  let open = 0;
  let hasLongNumber = false;
  let index = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
      continue;
    }
    if (isNumberStart(code)) {
      const end = endOfNumber(text, index);
      hasLongNumber ||= end - index > SAFE_NUMBER_LENGTH || hasExponent(text, index, end);
      index = end;
      continue;
    }
    if (code === COLON) members++;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth = Math.max(depth, ++open);
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) open--;
    index++;
  }
  return { members, depth, hasLongNumber };
}

/** Index behind the closing quote of the string that starts at `start`. */
export function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index + 1;
    index += code === BACKSLASH ? 2 : 1;
  }
  return index;
}

function isNumberStart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d;
}

/** Index behind the last of the characters that can stand in a number. */
export function endOfNumber(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && isNumberPart(text.charCodeAt(index))) index++;
  return index;
}

function isNumberPart(code: number): boolean {
  return isNumberStart(code) || code === 0x2e || code === 0x2b || isExponentMark(code);
}

function isExponentMark(code: number): boolean {
  return code === 0x65 || code === 0x45;
}

function hasExponent(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (isExponentMark(text.charCodeAt(index))) return true;
  return false;
}
