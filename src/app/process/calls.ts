import type { AcceptedFact, Fact } from "../../core/facts.js";
import { outlives } from "../../core/lease.js";
import { BATCH_MAX_ENTRIES, DYNAMODB_BATCH_MAX_WRITES, SNS_MAX_BYTES, SQS_MAX_BYTES } from "../../core/limits.js";
import type { EntryResult, Fault } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Publication } from "../../ports/publisher.js";
import type { OutgoingMessage } from "../../ports/queue.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import { createBatcher, type Submit } from "./batcher.js";
import type { HeldMessage } from "./held-message.js";

/** An entry and the message it is for: no call is made for a message whose lease may run out meanwhile. */
export interface For<Payload> {
  held: HeldMessage;
  payload: Payload;
}

/** A publication, and until when its client's permission is fresh enough (ms of the monotonic clock). */
export type Permitted = Publication & { permittedUntil: number };

type Written = Exclude<Fact, AcceptedFact>;
type Acknowledged = { messageId: string; sequence: string };

/** Every side effect of processing one message, gathered into batch calls. */
export interface Calls {
  insertAccepted: Submit<For<AcceptedFact>, { inserted: boolean }>;
  writeFact: Submit<For<Written>, object>;
  publish: (topicArn: string, entry: For<Permitted>) => Promise<EntryResult<Acknowledged>>;
  /** In a call of its own, to learn whether a refusal is about this very message. */
  publishAlone: (topicArn: string, entry: For<Permitted>) => Promise<EntryResult<Acknowledged>>;
  deadLetter: Submit<For<OutgoingMessage>, Acknowledged>;
  delete: Submit<HeldMessage, object>;
}

export const LEASE_TOO_SHORT = "LeaseTooShort";
const PERMISSION_STALE = "PermissionStale";

/** Whether a call that failed was made at all. */
export function wasSent({ code }: Fault): boolean {
  return code !== LEASE_TOO_SHORT && code !== PERMISSION_STALE;
}

/** Wide enough for the messages of one receive to meet, too short to be felt. */
const LINGER_MS = 2;

interface CallsOptions {
  connection: Pick<StackConnection, "ingress" | "deadLetters" | "publisher" | "journal">;
  clock: Clock;
  callTimeoutMs: number;
}

export function createCalls({ connection, clock, callTimeoutMs }: CallsOptions): Calls {
  const { ingress, deadLetters, journal, publisher } = connection;
  const lease = (held: HeldMessage) => refuseShortLease(held, clock, callTimeoutMs);
  const shared = { clock, lingerMs: LINGER_MS };
  const writes = { ...shared, maxEntries: DYNAMODB_BATCH_MAX_WRITES, keyOf: addressKey, refuse: ofHeld(lease) };
  const topics = new Map<string, Submit<For<Permitted>, Acknowledged>>();

  function createTopicBatcher(topicArn: string, maxEntries: number) {
    return createBatcher<For<Permitted>, Acknowledged>({
      ...shared,
      maxEntries,
      maxBytes: SNS_MAX_BYTES,
      bytesOf: ({ payload }) => outgoingBytes(payload),
      keyOf: ({ payload }) => payload.groupId,
      refuse: ({ held, payload }) => lease(held) ?? refuseStalePermission(payload, clock),
      send: (entries) =>
        publisher.publish(
          topicArn,
          entries.map(({ payload }) => withoutDeadline(payload)),
        ),
    });
  }

  return {
    insertAccepted: createBatcher<For<AcceptedFact>, { inserted: boolean }>({
      ...writes,
      send: (entries) => journal.insertAccepted(payloads(entries)),
    }),
    writeFact: createBatcher<For<Written>, object>({ ...writes, send: (entries) => journal.write(payloads(entries)) }),
    publish(topicArn, entry) {
      const submit = topics.get(topicArn) ?? createTopicBatcher(topicArn, BATCH_MAX_ENTRIES);
      topics.set(topicArn, submit);
      return submit(entry);
    },
    publishAlone: (topicArn, entry) => createTopicBatcher(topicArn, 1)(entry),
    deadLetter: createBatcher<For<OutgoingMessage>, Acknowledged>({
      ...shared,
      maxEntries: BATCH_MAX_ENTRIES,
      maxBytes: SQS_MAX_BYTES,
      bytesOf: ({ payload }) => outgoingBytes(payload),
      keyOf: ({ payload }) => payload.groupId,
      refuse: ofHeld(lease),
      send: (entries) => deadLetters.send(payloads(entries)),
    }),
    delete: createBatcher<HeldMessage, object>({
      ...shared,
      maxEntries: BATCH_MAX_ENTRIES,
      keyOf: ({ message }) => message.messageId,
      refuse: lease,
      send: (entries) => ingress.delete(entries.map(({ message }) => message.receiptHandle)),
    }),
  };
}

function ofHeld(lease: (held: HeldMessage) => Fault | undefined) {
  return ({ held }: For<unknown>) => lease(held);
}

/** A call may take as long as its timeout; the message must still be ours when it ends. */
function refuseShortLease(held: HeldMessage, clock: Clock, callTimeoutMs: number): Fault | undefined {
  const now = { wall: clock.now(), monotonic: clock.monotonic() };
  if (!held.isGone && outlives(held.lease, now, callTimeoutMs)) return undefined;
  return { code: LEASE_TOO_SHORT, message: "the lease ends before the call would", isSenderFault: false };
}

function refuseStalePermission({ permittedUntil }: Permitted, clock: Clock): Fault | undefined {
  if (clock.monotonic() <= permittedUntil) return undefined;
  return { code: PERMISSION_STALE, message: "the registry was read too long ago", isSenderFault: false };
}

function payloads<Payload>(entries: For<Payload>[]): Payload[] {
  return entries.map(({ payload }) => payload);
}

function withoutDeadline({ permittedUntil: _, ...publication }: Permitted): Publication {
  return publication;
}

/** Two facts with different keys never share an item of the store. */
function addressKey({ payload }: For<Fact>): string {
  const about = "messageId" in payload ? payload.messageId : "";
  return `${payload.eventId}\n${payload.clientId}\n${payload.fact}\n${about}`;
}

/** Body and attributes count, names and types included ("Amazon SQS message metadata"). */
function outgoingBytes({
  body,
  attributes = {},
}: {
  body: string;
  attributes?: Record<string, string> | undefined;
}): number {
  const counted = Object.entries(attributes).flatMap(([name, value]) => [name, "String", value]);
  return counted.reduce((sum, text) => sum + Buffer.byteLength(text), Buffer.byteLength(body));
}
