import type { LocatedViolation } from "./located-violations.js";
import type { Reason } from "./outcome.js";

/** One thing that happened to an event. */
export type Step = StepPlace & StepFacts;

interface StepPlace {
  /** ms since 1970. undefined: the journal keeps no time of it; it came between the steps around it. */
  at: number | undefined;
  /** The ingress message that it happened to; undefined: nobody can tell which of several. */
  messageId: string | undefined;
}

type StepFacts =
  /** A producer sent it, or an operator redrove the dead letter `redriveOf`. Its time is the queue's. */
  | { step: "sent"; redriveOf?: string | undefined }
  /** `sequence`: the ingress queue's, empty on a standard queue. */
  | { step: "received"; groupId: string; sequence: string }
  /** Size, JSON, envelope and schema; `reason` where one of them refused it. */
  | { step: "validated"; reason?: Reason | undefined; violations: LocatedViolation[] }
  /** Whether its client may have it. */
  | { step: "permitted"; reason?: Reason | undefined }
  /** In the journal, until `expiresAt` (ms since 1970). */
  | { step: "stored"; expiresAt: number }
  /** Its message said again that it will publish it. */
  | { step: "claimed" }
  /** Its message took it over from another one. */
  | { step: "taken-over" }
  | { step: "published"; topicArn: string; snsMessageId: string; sequence: string }
  | { step: "rejected"; reason: Reason; detail: string; isDoubtful: boolean }
  /** `owner`: the message that had published the event. */
  | { step: "duplicate"; owner: string }
  /** `sentAs`: message id of the copy; `changes`: what an operator changed in it, as JSON. */
  | { step: "redriven"; sentAs: string; changes: string | undefined }
  | { step: "purged" }
  | { step: "replayed"; replayId: string; to: "topic" | "queue"; sequence: string }
  /** Its message is at the head of a group that waits for an operator. */
  | { step: "blocked"; reason: string; detail: string; lastTriedAt: number };
