/** What begins an escape: a control character that no message body can hold ("SendMessage", Amazon SQS). */
const ESCAPE = "\u0010";
const NUL = "\0";

/**
 * A text as PostgreSQL can hold it: without U+0000 ("Character Types", 8.3), for which `U+0010 0` stands, as `U+0010 1` does for
 * U+0010 itself. Two texts are equal when their stored forms are. Halves of surrogate pairs, which no encoding holds, become U+FFFD.
 */
export function storable(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  if (!whole.includes(NUL) && !whole.includes(ESCAPE)) return whole;
  return whole.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll(NUL, `${ESCAPE}0`);
}

/** The text of its stored form. */
export function restored(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replaceAll(`${ESCAPE}0`, NUL).replaceAll(`${ESCAPE}1`, ESCAPE);
}
