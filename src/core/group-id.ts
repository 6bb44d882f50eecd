import { hash } from "node:crypto";
import { MAX_GROUP_ID_LENGTH } from "./limits.js";

/** Letters, digits and punctuation of ASCII ("SendMessage", MessageGroupId). */
const SQS_ALPHABET = /^[\x21-\x7e]+$/;
/** 132 bits: two keys never meet in one group by chance. */
const SHORT_HASH_LENGTH = 22;

/**
 * The message group that `evp send` uses: `<clientId>#<key>`. A part outside SQS's alphabet, or a whole over 128 characters,
 * is replaced by a short hash of it. `key`: the event's own ordering key, or its source
 */
export function groupIdFor(clientId: string, key: string): string {
  const whole = `${withinAlphabet(clientId)}#${withinAlphabet(key)}`;
  return whole.length > MAX_GROUP_ID_LENGTH ? shortHash(whole) : whole;
}

function withinAlphabet(part: string): string {
  return SQS_ALPHABET.test(part) ? part : shortHash(part);
}

function shortHash(text: string): string {
  return hash("sha256", text, "base64url").slice(0, SHORT_HASH_LENGTH);
}
