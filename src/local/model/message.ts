/** A message attribute; binary values are kept in base64 ("Amazon SQS message metadata"). */
export interface MessageAttribute {
  dataType: string;
  stringValue?: string | undefined;
  binaryValue?: string | undefined;
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What does not change while a message lies in a queue. */
export interface MessageFacts {
  /** Place in the order in which the whole model took messages in; its sequence number is made of it. */
  readonly ordinal: number;
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  /** X-Ray trace header, the only system attribute that a sender may set ("SendMessage"). */
  readonly traceHeader: string | undefined;
  /** Enqueue time in ms; retention counts from it. */
  readonly sentAt: number;
  /** The queue that this message was moved from, on a dead-letter queue. */
  readonly deadLetterSourceArn: string | undefined;
}

/** What each receive, release and expiry changes. */
export interface Lease {
  /** Receives across all queues ("ReceiveMessage", ApproximateReceiveCount). It also tells the handle of the newest receive from older ones. */
  receiveCount: number;
  firstReceivedAt: number | undefined;
  state: "visible" | "in-flight" | "delayed";
  /** When the latest receive took it; the 12 hours of visibility count from it. */
  leasedAt: number;
  /** When an invisible message becomes visible. */
  wakeAt: number;
}

/** A message in a queue, with its places in the queue's structures. */
export interface Message extends MessageFacts, Lease {
  /** The receive attempt that may still be repeated and gave this message out. */
  attemptId: string | undefined;
  previous: Message | undefined;
  next: Message | undefined;
  /** Indexes in the queue's heaps, -1 outside them. */
  wakeSlot: number;
  ageSlot: number;
}

/** What a new message's lease looks like. */
export function unreceived(wakeAt: number, now: number): Lease {
  return {
    receiveCount: 0,
    firstReceivedAt: undefined,
    state: wakeAt > now ? "delayed" : "visible",
    leasedAt: 0,
    wakeAt,
  };
}

export function placeMessage(facts: MessageFacts, lease: Lease): Message {
  return { ...facts, ...lease, attemptId: undefined, previous: undefined, next: undefined, wakeSlot: -1, ageSlot: -1 };
}

/** 20 digits that grow with the order of arrival: "large, non-consecutive" ("Amazon SQS FIFO queue and message identifiers"). */
export function sequenceNumber(ordinal: number): string {
  return `1${String(ordinal).padStart(19, "0")}`;
}
