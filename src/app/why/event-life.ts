import type { Json } from "../../core/event.js";
import type { LifeOutcome } from "../../core/life-outcome.js";
import type { Step } from "../../core/life-step.js";
import type { Waiting } from "../../core/waiting.js";
import type { Place } from "../../core/whereabouts.js";

/** The life of one client's event, told to a reader. Times are ISO 8601. */
export interface EventLife {
  /** The id it is known by: its own, or the message id of a message that names no valid id and client. */
  eventId: string;
  /** null: its message names no valid client or id. */
  clientId: string | null;
  /** `blocked`: never stored, its message is at the head of a group that waits for an operator. `unknown`: nothing is known. */
  outcome: LifeOutcome | "blocked" | "unknown";
  /** Why it was rejected or is blocked. */
  reason: string | null;
  type: string | null;
  version: string | null;
  source: string | null;
  groupId: string | null;
  /** What the journal holds of it, in order of time. */
  facts: FactView[];
  timeline: StepView[];
  /** From the first step to the outcome; null while there is none. */
  totalMs: number | null;
  waiting: WaitingView | null;
  /** What evp would say of it now; null unless it was rejected for something that may have changed. */
  judgedNow: JudgedNow | null;
  /** What can be done. */
  hints: string[];
  /** With `--body`: as it was received, or its beginning. */
  body?: string | undefined;
  bodyBytes?: number | undefined;
}

/** The document of `evp why --json`: the first client's event, by client id, and those of the others. */
export interface WhyDocument extends EventLife {
  /** How the id that was asked for led to the event. */
  foundBy: "event-id" | "message-id" | "body" | "blocked-group" | null;
  others: EventLife[];
  /** Where an unknown event may be, the likeliest first. */
  places: Place[];
}

/** A fact of the journal: its own members, without what all facts of the event share, and without the body. */
export interface FactView {
  fact: string;
  at: string;
  [member: string]: unknown;
}

/** A step with its times as text. */
type Told<Each> = { [Name in keyof Each]: Name extends keyof ToldMembers ? ToldMembers[Name] : Each[Name] };
interface ToldMembers {
  /** null: the journal keeps no time of it. */
  at: string | null;
  messageId: string | null;
  expiresAt: string;
  lastTriedAt: string;
  changes: Change[];
}

/** What an operator changed in a redriven copy: a member that is missing was not there before, or is not any more. */
export interface Change {
  pointer: string;
  before?: Json;
  after?: Json;
}

/** `sinceMs`: since the step before that has a time; below 0 where the clocks of the queue and of the processors differ. */
export type StepView = Told<Step> & { sinceMs: number | null };

export interface WaitingView {
  why: Waiting["why"];
  detail: string;
  since: string | null;
}

export interface JudgedNow {
  /** null: it cannot be told, and `detail` says why. */
  passes: boolean | null;
  reason: string | null;
  detail: string | null;
  /** The verdict is another than it was. */
  isChanged: boolean;
}
