import type { EntryResult } from "./call.js";

/** String attributes of a message by name. Other data types a producer may use are read as text. */
export type MessageAttributes = Record<string, string>;

export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: MessageAttributes;
  /** The message group; on a standard queue the message id, since each message is its own group. */
  groupId: string;
  /** FIFO sequence number, a decimal string of 20 digits; empty on a standard queue. */
  sequence: string;
  deduplicationId: string;
  /** ApproximateReceiveCount: it never decides a rejection. */
  receiveCount: number;
  /** When it was sent, in ms by the queue's clock. */
  sentAt: number;
}

export interface OutgoingMessage {
  body: string;
  groupId: string;
  /** Left out: the queue's content-based deduplication decides. */
  deduplicationId?: string | undefined;
  attributes?: MessageAttributes | undefined;
}

export interface ReceiveOptions {
  /** 1–10. */
  maxMessages: number;
  /** 0–20. */
  waitSeconds: number;
  visibilitySeconds?: number | undefined;
  attemptId?: string | undefined;
  /** Gives the call up. It may have taken messages all the same. */
  signal?: AbortSignal | undefined;
}

export interface QueueDepth {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** One SQS queue: ingress, DLQ, a client's own. Batches hold at most 10 entries and 1 MiB; the caller keeps to it. */
export interface Queue {
  readonly name: string;
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  send(messages: OutgoingMessage[]): Promise<EntryResult<{ messageId: string; sequence: string }>[]>;
  delete(receiptHandles: string[]): Promise<EntryResult[]>;
  /** 0 seconds makes a message visible at once. */
  changeVisibility(changes: { receiptHandle: string; seconds: number }[]): Promise<EntryResult[]>;
  depth(): Promise<QueueDepth>;
}
