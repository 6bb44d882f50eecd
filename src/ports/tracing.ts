import type { PartialEnvelope } from "../core/event.js";
import type { Outcome, Reason } from "../core/outcome.js";
import type { Fault } from "./call.js";
import type { MessageAttributes, ReceivedMessage } from "./queue.js";

/** Follows each message on its way through a processor. Nothing here fails, waits, or changes what becomes of a message. */
export interface Tracing {
  /** A message was received: its trace is its producer's, where it names one. */
  follow(receipt: Receipt): MessageTrace;
}

/** How a message came. Times are ms since 1970. */
export interface Receipt {
  message: ReceivedMessage;
  /** The queue it came from. */
  queue: string;
  /** When the call that brought it was made, and when that was answered. */
  askedAt: number;
  receivedAt: number;
}

/** One message's trace, from its receipt to its end. */
export interface MessageTrace {
  /** 32 hexadecimal digits: what the log lines of the message have in common with its spans. */
  readonly traceId: string;
  /** It is about to be judged. @returns to be told what it is */
  judging(): (about: Judged) => void;
  /** A fact of it is about to be kept. @returns to be told how that ended */
  storing(fact: string): (fault: Fault | undefined) => void;
  /** It is about to be published; or once more, where that failed. @returns what to publish it with: its trace's context among it, as far as that fits */
  publishing(publication: Published): MessageAttributes;
  /** How the publish ended; it may be tried again. */
  published(result: { messageId: string; sequence: string } | Fault): void;
  /** It has got its outcome, or it went back to the queue. */
  end(end: TraceEnd): void;
}

/** What a message turned out to be. */
export interface Judged {
  envelope: PartialEnvelope;
  reason: Reason | undefined;
}

interface Published {
  topicArn: string;
  body: string;
  attributes: MessageAttributes;
}

export type TraceEnd = { outcome: Outcome; reason?: Reason } | { outcome: "released"; why: string };
