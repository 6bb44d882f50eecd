import type { DeadLetterFilter } from "../app/dlq/dead-letter.js";
import { MOVED_BY_QUEUE, REASONS } from "../core/outcome.js";
import type { OptionSpec } from "./command-spec.js";
import { collect, readCount, readSince, type Since, toInstant } from "./values.js";

/** Flags by which the commands of `evp dlq` choose dead letters. */
export interface DeadLetterFlags {
  client?: string;
  reason?: DeadLetterFilter["reason"];
  type?: string;
  id?: string[];
  since?: Since;
  until?: Since;
  text?: string;
  limit?: number;
}

export const DEAD_LETTER_OPTIONS: OptionSpec[] = [
  { flags: "--client <id>", description: "only this client's" },
  {
    flags: "--reason <reason>",
    description: "only those rejected for this reason",
    choices: [...REASONS, MOVED_BY_QUEUE],
  },
  { flags: "--type <name>", description: "only events of this type" },
  { flags: "--id <id>", description: "only this message or event id (may be repeated)", parse: collect },
  {
    flags: "--since <time>",
    description: "only those rejected since then, for instance 1h or 2026-11-21T10:00:00Z",
    parse: readSince,
  },
  {
    flags: "--until <time>",
    description: "only those rejected until then, for instance 10m or 2026-11-21T10:00:00Z",
    parse: readSince,
  },
  { flags: "--text <text>", description: "only those with this text in the body, the detail or the ids" },
  { flags: "--limit <n>", description: "this many at most", parse: readCount },
];

/** @param now ms since 1970 */
export function toFilter(flags: DeadLetterFlags, now: number): DeadLetterFilter {
  return {
    clientId: flags.client,
    reason: flags.reason,
    type: flags.type,
    ids: flags.id,
    since: toInstant(flags.since, now),
    until: toInstant(flags.until, now),
    text: flags.text,
  };
}

export function isEmptyFilter(filter: DeadLetterFilter): boolean {
  return Object.values(filter).every((part) => part === undefined);
}
