import { attributeBytes } from "../../core/attribute-bytes.js";
import type { AcceptedFact, Fact } from "../../core/facts.js";
import { outlives } from "../../core/lease.js";
import { BATCH_MAX_ENTRIES, DYNAMODB_BATCH_MAX_WRITES, SNS_MAX_BYTES, SQS_MAX_BYTES } from "../../core/limits.js";
import type { EntryResult, Fault } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Publication, Publisher } from "../../ports/publisher.js";
import type { OutgoingMessage } from "../../ports/queue.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import { type Batcher, createBatcher, type Submit } from "./batcher.js";
import type { BatchOperation, ProcessListener } from "./events.js";
import type { HeldMessage } from "./held-message.js";
import type { Load } from "./load.js";
import { storeTraced } from "./traced.js";

/** An entry and the message it is for: no call is made for a message whose lease may run out meanwhile. */
export interface For<Payload> {
  held: HeldMessage;
  payload: Payload;
}

/** A publication, and until when its client's permission is fresh enough (ms of the monotonic clock). */
type Permitted = For<Publication> & { permittedUntil: number };

type Written = Exclude<Fact, AcceptedFact>;
type Acknowledged = { messageId: string; sequence: string };

/** Every side effect of processing one message, gathered into batch calls. */
export interface Calls {
  insertAccepted: Submit<For<AcceptedFact>, { inserted: boolean }>;
  writeFact: Submit<For<Written>, object>;
  publish: (topicArn: string, entry: Permitted) => Promise<EntryResult<Acknowledged>>;
  /** In a call of its own, to learn whether a refusal is about this very message. */
  publishAlone: (topicArn: string, entry: Permitted) => Promise<EntryResult<Acknowledged>>;
  deadLetter: Submit<For<OutgoingMessage>, Acknowledged>;
  delete: Submit<HeldMessage, object>;
}

export const LEASE_TOO_SHORT = "LeaseTooShort";
const PERMISSION_STALE = "PermissionStale";

/** Whether a call that failed was made at all. */
export function wasSent({ code }: Fault): boolean {
  return code !== LEASE_TOO_SHORT && code !== PERMISSION_STALE;
}

/** Long enough to fill calls across receives, too short to be felt; only work that is not alone waits at all. */
const LINGER_MS = 10;

interface CallsOptions {
  connection: Pick<StackConnection, "ingress" | "deadLetters" | "publisher" | "journal">;
  clock: Clock;
  callTimeoutMs: number;
  /** Nothing can be recorded once the lease is over: what is published has to be on record by then, too. */
  isBrief: boolean;
  load: Load;
  tell: ProcessListener;
}

export function createCalls({ connection, clock, callTimeoutMs, isBrief, load, tell }: CallsOptions): Calls {
  const { ingress, deadLetters, journal } = connection;
  const lease = (held: HeldMessage) => refuseShortLease(held, clock, callTimeoutMs);
  const leaseToPublish = isBrief ? (held: HeldMessage) => refuseShortLease(held, clock, 2 * callTimeoutMs) : lease;
  const shared = { clock, lingerMs: LINGER_MS };
  const of = (operation: BatchOperation, limit: number) => ({
    maxEntries: limit,
    answered: (entries: number, durationMs: number) =>
      tell("batch:answered", { operation, entries, limit, durationMs }),
  });
  const writes = { ...shared, keyOf: addressKey, refuse: ofHeld(lease) };

  const deletes = createBatcher<HeldMessage, object>({
    ...shared,
    ...of("delete messages", BATCH_MAX_ENTRIES),
    keyOf: ({ message }) => message.messageId,
    mayGrow: (inHand) => load.held.messages > inHand,
    refuse: lease,
    send: (entries) => ingress.delete(entries.map(({ message }) => message.receiptHandle)),
  });
  /** Whatever is held comes by on its way to its delete, unless it is there already, or about to be deleted. */
  const mayComeBy = (inHand: number) => load.held.messages > inHand + deletes.inHand();
  const inserts = createBatcher<For<AcceptedFact>, { inserted: boolean }>({
    ...writes,
    ...of("insert accepted", DYNAMODB_BATCH_MAX_WRITES),
    // Where nothing else is held, the queue may be full of these very groups, and hands out no more of them before they are through.
    mayGrow: (inHand) => load.preparing > inHand || (load.isFlooded && load.held.messages > load.preparing),
    send: (entries) => journal.insertAccepted(payloads(entries)),
  });
  const facts = createBatcher<For<Written>, object>({
    ...writes,
    ...of("record", DYNAMODB_BATCH_MAX_WRITES),
    mayGrow: mayComeBy,
    send: (entries) => journal.write(payloads(entries)),
  });
  const deadLetterBatcher = createBatcher<For<OutgoingMessage>, Acknowledged>({
    ...shared,
    ...of("send dead letters", BATCH_MAX_ENTRIES),
    maxBytes: SQS_MAX_BYTES,
    bytesOf: ({ payload }) => outgoingBytes(payload),
    keyOf: ({ payload }) => payload.groupId,
    mayGrow: mayComeBy,
    refuse: ofHeld(lease),
    send: (entries) => deadLetters.send(payloads(entries)),
  });
  return {
    insertAccepted: storeTraced(inserts.submit),
    writeFact: storeTraced(facts.submit),
    ...createPublishCalls(connection.publisher, { ...shared, load, lease: leaseToPublish, tell }),
    deadLetter: deadLetterBatcher.submit,
    delete: deletes.submit,
  };
}

interface PublishOptions {
  clock: Clock;
  lingerMs: number;
  load: Load;
  lease: (held: HeldMessage) => Fault | undefined;
  tell: ProcessListener;
}

/** A batcher for each topic. At most one entry of a group is ever in hand, since the group's lane waits for its answer. */
function createPublishCalls(
  publisher: Publisher,
  { clock, lingerMs, load, lease, tell }: PublishOptions,
): Pick<Calls, "publish" | "publishAlone"> {
  const topics = new Map<string, Batcher<Permitted, Acknowledged>>();
  const crowd = { waiting: 0 };

  function createTopicBatcher(topicArn: string, maxEntries: number) {
    return createBatcher<Permitted, Acknowledged>({
      clock,
      lingerMs,
      maxEntries,
      maxBytes: SNS_MAX_BYTES,
      bytesOf: ({ payload }) => outgoingBytes(payload),
      keyOf: ({ payload }) => payload.groupId,
      crowd,
      answered: (entries, durationMs) =>
        tell("batch:answered", { operation: "publish", entries, limit: maxEntries, durationMs }),
      mayGrow: () => load.groups > crowd.waiting,
      refuse: (entry) => lease(entry.held) ?? refuseStalePermission(entry, clock),
      send: (entries) => publisher.publish(topicArn, payloads(entries)),
    });
  }

  return {
    publish(topicArn, entry) {
      const topic = topics.get(topicArn) ?? createTopicBatcher(topicArn, BATCH_MAX_ENTRIES);
      topics.set(topicArn, topic);
      return topic.submit(entry);
    },
    publishAlone: (topicArn, entry) => createTopicBatcher(topicArn, 1).submit(entry),
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

/** Two facts with different keys never share an item of the store. */
function addressKey({ payload }: For<Fact>): string {
  const about = "messageId" in payload ? payload.messageId : "";
  return `${payload.eventId}\n${payload.clientId}\n${payload.fact}\n${about}`;
}

function outgoingBytes({ body, attributes = {} }: Pick<OutgoingMessage, "body" | "attributes">): number {
  return Buffer.byteLength(body) + attributeBytes(attributes);
}
