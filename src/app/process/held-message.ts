import type { PartialEnvelope } from "../../core/event.js";
import type { Lease, Moment } from "../../core/lease.js";
import { correlationIdOf } from "../../core/traceparent.js";
import type { ReceivedMessage } from "../../ports/queue.js";
import type { MessageTrace } from "../../ports/tracing.js";
import type { MessageFacts } from "./events.js";

/** A received message for as long as it is ours: until it is deleted, given back, or its lease is lost. */
export interface HeldMessage {
  readonly message: ReceivedMessage;
  /** Of its body. */
  readonly bytes: number;
  /** When the receive had answered: a read of the registry begun later is surely younger than the message. */
  readonly received: Moment;
  lease: Lease;
  /** Lets the next message of the same event be judged, since this one is done or waits for another one itself. */
  yieldEvent: () => void;
  /** Not ours any more: given back, or the queue refused to renew its lease. No call is made for it from here on. */
  isGone: boolean;
  /** Since when it has waited for a dependency that is down, ms of the monotonic clock. */
  waitsSince: number | undefined;
  /** It has waited for longer than a moment. */
  isParked: boolean;
  /** What it says that it is, once it is judged. */
  envelope?: PartialEnvelope;
  /** Where traces are wanted, once it is judged. */
  trace?: MessageTrace;
}

/** What is told about a message; little of one that was not judged yet. */
export function factsOf({ message, envelope = {}, trace }: HeldMessage): MessageFacts {
  return {
    messageId: message.messageId,
    groupId: message.groupId,
    correlationId: trace?.traceId ?? correlationIdOf(message.attributes, message.messageId),
    eventId: envelope.id,
    clientId: envelope.clientId,
    type: envelope.type,
  };
}

export function holdMessage(message: ReceivedMessage, received: Moment, lease: Lease): HeldMessage {
  return {
    message,
    bytes: Buffer.byteLength(message.body),
    received,
    lease,
    isGone: false,
    yieldEvent: () => undefined,
    waitsSince: undefined,
    isParked: false,
  };
}

/**
 * Thrown by work that cannot be completed for now; only the lane catches it. `lost`: the lease is gone, nothing more may be
 * done. `failed`: a dependency does not work. `waiting`: another message is publishing the same event. `blocked`: it would be rejected, and its client's policy is to block. `behind`: the message ahead
 * of it in its group waits. `stopping`: the processor stops.
 */
export class HandBack extends Error {
  override readonly name = "HandBack";
  readonly why: HandBackReason;
  /** The message is to stay away for at least so long, seconds. */
  readonly leastSeconds: number;

  constructor(why: HandBackReason, message: string, { leastSeconds = 0 } = {}) {
    super(message);
    this.why = why;
    this.leastSeconds = leastSeconds;
  }
}

type HandBackReason = "lost" | "failed" | "waiting" | "blocked" | "behind" | "stopping";
