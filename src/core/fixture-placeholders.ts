/** What the placeholders of one playing of a fixture stand for. */
export interface Round {
  /** Counts the playings of the fixture in one send, from 1. */
  number: number;
  /** ms since 1970; one time for the whole round, so that a repeated event is the same to the byte. */
  now: number;
  newUuid: () => string;
}

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const KNOWN = /^(uuid|uuid:[\w-]+|now|n|repeat:[^:{}]+:\d{1,7})$/;

/** The first placeholder in a text that means nothing, with its braces. */
export function findUnknownPlaceholder(text: string): string | undefined {
  for (const [placeholder, name = ""] of text.matchAll(PLACEHOLDER)) {
    if (!KNOWN.test(name)) return placeholder;
  }
  return undefined;
}

/**
 * Makes the function that fills in one round's placeholders: `{{uuid}}` is another one each time, `{{uuid:a}}` the same
 * throughout the round, `{{now}}` an RFC 3339 time, `{{n}}` the round's number, `{{repeat:x:1000}}` a thousand x.
 */
export function fillerOf(round: Round): (text: string) => string {
  const named = new Map<string, string>();
  const resolve = (placeholder: string, name: string): string => {
    const [kind, first = "", second = ""] = name.split(":");
    if (kind === "now") return new Date(round.now).toISOString();
    if (kind === "n") return String(round.number);
    if (kind === "repeat") return first.repeat(Number(second));
    if (kind !== "uuid") return placeholder;
    const uuid = named.get(first) ?? round.newUuid();
    if (first !== "") named.set(first, uuid);
    return uuid;
  };
  return (text) => text.replace(PLACEHOLDER, resolve);
}
