import { hash } from "node:crypto";

/** A text that is the same for equal JSON values, and differs for others. */
export type IdentityOf = (value: unknown) => string;

/** Longer texts are hashed, so that what holds a large value has a short text all the same. */
const MAX_TEXT_LENGTH = 64;

/** What is large is looked at once, however many values that hold it are asked for. */
export function createIdentities(): IdentityOf {
  const known = new WeakMap<object, string>();
  const identityOf: IdentityOf = (value) => {
    if (typeof value !== "object" || value === null) return shorten(JSON.stringify(value));
    const before = known.get(value);
    if (before !== undefined) return before;
    const text = Array.isArray(value) ? `[${value.map(identityOf).join()}]` : `{${membersOf(value).join()}}`;
    const identity = shorten(text);
    if (identity !== text) known.set(value, identity);
    return identity;
  };
  const membersOf = (value: object) => {
    const members = Object.entries(value).map(([name, member]) => `${identityOf(name)}:${identityOf(member)}`);
    return members.sort();
  };
  return identityOf;
}

function shorten(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `#${hash("sha256", text, "base64url")}` : text;
}
