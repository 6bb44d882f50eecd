/** Printable ASCII; quotes around it, as the draft "The Idempotency-Key HTTP Header Field" has them, are not part of it. */
const KEY = /^"?([\x21\x23-\x7e]{1,128})"?$/;

/** @returns undefined for what is no key */
export function readIdempotencyKey(header: string): string | undefined {
  return KEY.exec(header)?.[1];
}
