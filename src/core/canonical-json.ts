/** What {@link canonicalize} found on its way through a value. */
export interface Canonical {
  /** The value as RFC 8785 writes it; numbers that no double holds exactly keep their digits where the text was read for them. */
  text: string;
  /** Members of all objects. */
  members: number;
}

/** A value that no canonical form exists for. */
export class NotCanonical extends Error {
  override readonly name = "NotCanonical";
}

/**
 * The canonical form of a parsed JSON value (RFC 8785): two documents are the same event's exactly when these are equal.
 * @throws NotCanonical for a lone surrogate or a number that overflows a double
 */
export function canonicalize(value: unknown): Canonical {
  const count = { members: 0 };
  return { text: write(value, count), members: count.members };
}

function write(value: unknown, count: { members: number }): string {
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      if (!Number.isFinite(value)) throw new NotCanonical("a number is too large");
      return JSON.stringify(value);
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? writeArray(value, count) : writeObject(value, count);
    default:
      return String(value);
  }
}

function writeString(value: string): string {
  if (!value.isWellFormed()) throw new NotCanonical("a string has half of a surrogate pair");
  return JSON.stringify(value);
}

function writeArray(values: unknown[], count: { members: number }): string {
  let text = "";
  for (const value of values) text += text === "" ? write(value, count) : `,${write(value, count)}`;
  return `[${text}]`;
}

function writeObject(value: object, count: { members: number }): string {
  const members = Object.entries(value);
  count.members += members.length;
  // RFC 8785 orders names by UTF-16 code units, as JavaScript compares strings.
  if (members.length > 1) members.sort(([a], [b]) => (a < b ? -1 : 1));
  let text = "";
  for (const [name, member] of members) {
    text += `${text === "" ? "" : ","}${writeString(name)}:${write(member, count)}`;
  }
  return `{${text}}`;
}
