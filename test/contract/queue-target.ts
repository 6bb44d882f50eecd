import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { EntryResult } from "../../src/ports/call.js";
import { isCallError } from "../../src/ports/call.js";
import type { Clock } from "../../src/ports/clock.js";
import type { OutgoingMessage, Queue, ReceivedMessage, ReceiveOptions } from "../../src/ports/queue.js";
import { eventually } from "./eventually.js";
import { NotTried } from "./rule.js";

/** Where a contract's queues are made. Each call gives new ones, empty. */
export interface QueueTarget {
  /** The time that passes on the target. */
  clock: Clock;
  /** A FIFO queue of high throughput without content-based deduplication, unless `attributes` say otherwise ("CreateQueue"). */
  openFifo(attributes?: Record<string, string>): Promise<Queue>;
  /** A FIFO queue whose messages go to another when they were received so often. */
  openWithDeadLetters(maxReceiveCount: number): Promise<{ queue: Queue; deadLetters: Queue }>;
}

/** A message of group `g` with its body for a deduplication id. */
export function message(body: string, changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { body, groupId: "g", deduplicationId: body, ...changes };
}

/** Sends what must be taken. @throws Error with the first refusal */
export async function send(
  queue: Queue,
  messages: OutgoingMessage[],
): Promise<{ messageId: string; sequence: string }[]> {
  return allTaken(await queue.send(messages));
}

/** The answers of a batch of which every entry must be taken. @throws Error with the first refusal */
export function allTaken<Value>(results: EntryResult<Value>[]): Value[] {
  return results.map((result, index) => {
    if (result.ok) return result;
    throw new Error(`entry ${index + 1} was refused: ${result.fault.code}, ${result.fault.message}`);
  });
}

/** Seconds that a receive waits for what must be there: long enough that SQS asks all its servers ("Amazon SQS short and long polling"). */
const WAIT_SECONDS = 5;

/** Receives what must be there. */
export function receive(queue: Queue, options: Partial<ReceiveOptions> = {}): Promise<ReceivedMessage[]> {
  return queue.receive({ maxMessages: 10, waitSeconds: WAIT_SECONDS, ...options });
}

/** Receives and deletes until so many messages have come, or none comes any more. */
export async function drain(queue: Queue, count: number): Promise<ReceivedMessage[]> {
  const messages: ReceivedMessage[] = [];
  while (messages.length < count) {
    const received = await receive(queue);
    if (received.length === 0) break;
    messages.push(...received);
    await queue.delete(handles(received));
  }
  return messages;
}

/** Receives just these messages in one go, for a rule about messages that are held together. @throws NotTried when not all of them come */
export async function receiveTogether(
  queue: Queue,
  expected: string[],
  options: Partial<ReceiveOptions> = {},
): Promise<ReceivedMessage[]> {
  const received = await receive(queue, options);
  if (!isDeepStrictEqual(bodies(received).sort(), [...expected].sort())) {
    throw new NotTried(
      `needs ${expected.join(", ")} in one receive, and got ${bodies(received).join(", ") || "nothing"}`,
    );
  }
  return received;
}

/** Looks once, without waiting, for what must not be there. */
export function peek(queue: Queue): Promise<ReceivedMessage[]> {
  return receive(queue, { waitSeconds: 0 });
}

/** Receives until just these bodies come in one go, for instance because a visibility timeout has ended. */
export function receiveEventually(
  clock: Clock,
  queue: Queue,
  expected: string[],
  options: Partial<ReceiveOptions> = {},
): Promise<ReceivedMessage[]> {
  return eventually(clock, async () => {
    const received = await receive(queue, options);
    expect(bodies(received)).toEqual(expected);
    return received;
  });
}

export function bodies(messages: ReceivedMessage[]): string[] {
  return messages.map(({ body }) => body);
}

export function handles(messages: ReceivedMessage[]): string[] {
  return messages.map(({ receiptHandle }) => receiptHandle);
}

/** The message with that body. @throws Error when it is not among them */
export function find(messages: ReceivedMessage[], body: string): ReceivedMessage {
  const found = messages.find((one) => one.body === body);
  if (found === undefined) throw new Error(`received ${JSON.stringify(bodies(messages))}, without ${body}`);
  return found;
}

/** What became of an entry. `refused`: the service says that the entry itself is wrong. */
export function outcomeOf(result: EntryResult): "taken" | "refused" | "failed" {
  if (result.ok) return "taken";
  return result.fault.isSenderFault ? "refused" : "failed";
}

/** Checks that all of it is refused as wrong in itself, the whole call or every entry: AWS does not always tell which of them to expect. */
export async function expectRefused(call: Promise<EntryResult[]>): Promise<void> {
  try {
    for (const result of await call) expect(outcomeOf(result)).toBe("refused");
  } catch (error) {
    if (!isCallError(error)) throw error;
    expect(error).toMatchObject({ kind: "refused" });
  }
}
