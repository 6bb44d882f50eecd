/** What no message of SQS may hold; a lone surrogate cannot come out of UTF-8 ("SendMessage", MessageBody). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const BACKSLASH = 0x5c;

/** Whether SQS takes a text as it is, its length apart. */
export function isCarriable(text: string): boolean {
  return text !== "" && !FORBIDDEN.test(text);
}

/**
 * Bytes as a text that SQS takes: what is no UTF-8 and what SQS forbids is written `\xHH`, byte by byte. Where there was any, the text
 * is no JSON, so that nobody takes it for the event itself: JSON knows no such escape, and a backslash right before one is written so, too.
 * @param maxBytes how much of the bytes is told
 */
export function carriableText(bytes: Uint8Array, maxBytes: number): string {
  const kept = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.byteLength, wholeCharacters(bytes, maxBytes)),
  );
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < kept.length; ) {
    const length = characterLength(kept, at);
    if (length > 0) {
      at += length;
      continue;
    }
    const isEscapedAway = at > start && kept[at - 1] === BACKSLASH;
    parts.push(kept.toString("utf8", start, isEscapedAway ? at - 1 : at), isEscapedAway ? "\\x5c" : "");
    const end = at + Math.max(1, sequenceLength(kept, at));
    for (; at < end; at++) parts.push(`\\x${(kept[at] ?? 0).toString(16).padStart(2, "0")}`);
    start = at;
  }
  parts.push(kept.toString("utf8", start));
  return parts.join("");
}

/** @returns at most `maxBytes`, so that no character is cut in half */
function wholeCharacters(bytes: Uint8Array, maxBytes: number): number {
  if (bytes.byteLength <= maxBytes) return bytes.byteLength;
  for (let end = maxBytes; end > maxBytes - 4; end--) if (((bytes[end] ?? 0) & 0xc0) !== 0x80) return end;
  return maxBytes;
}

/** @returns bytes of the character that begins there; 0: there is none that SQS takes */
function characterLength(bytes: Buffer, at: number): number {
  const length = sequenceLength(bytes, at);
  if (length === 0) return 0;
  return FORBIDDEN.test(bytes.toString("utf8", at, at + length)) ? 0 : length;
}

/** Well-formed sequences of UTF-8, by their first two bytes (The Unicode Standard, table 3-7). @returns 0 where there is none */
function sequenceLength(bytes: Buffer, at: number): number {
  const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let next = at + 2; next < at + length; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
