import type { Command } from "./aws/commands.js";
import type { Fate } from "./faults/fate.js";
import type { Run } from "./run.js";

/** What a call is for: a step of the processor's work. */
export const STEPS = [
  "receive",
  "renew",
  "release",
  "delete",
  "insert",
  "read journal",
  "claim",
  "read client",
  "publish",
  "record published",
  "record rejected",
  "record duplicate",
  "dead letter",
  "note blocked",
] as const;
export type Step = (typeof STEPS)[number];

/** One call on its way. */
export interface Call {
  readonly run: Run;
  readonly step: Step | "look";
  readonly command: Command;
  /** The client's topic or the fact's kind, by which outages may choose. */
  readonly about: string;
  /** ms since 1970, by the simulation's clock. */
  readonly begunAt: number;
  /** The processor gives the call up after so long. */
  readonly timeoutMs: number;
  readonly fate: Fate;
}
