import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { toCallError } from "../../src/adapters/aws/errors.js";
import type { BlockedGroup } from "../../src/core/blocked-group.js";
import type { ClientRecord } from "../../src/core/client.js";
import type { AcceptedFact, Fact } from "../../src/core/facts.js";
import { MessagingModel } from "../../src/local/model/messaging-model.js";
import { ModelError } from "../../src/local/model/model-error.js";
import { CallError, type EntryResult, type Fault } from "../../src/ports/call.js";
import type { ClientRegistry } from "../../src/ports/client-registry.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Journal } from "../../src/ports/journal.js";
import type { Publication, Publisher } from "../../src/ports/publisher.js";
import type { OutgoingMessage, Queue } from "../../src/ports/queue.js";
import { factReaders } from "../doubles/fact-readers.js";
import { serviceError } from "../simulation/aws/errors.js";
import { asReceived } from "./model-messages.js";

/** The calls of the ports, as faults name them. */
export type Operation =
  | "ingress.receive"
  | "ingress.delete"
  | "ingress.changeVisibility"
  | "dlq.send"
  | "publish"
  | "journal.insertAccepted"
  | "journal.write"
  | "journal.read"
  | "journal.takeOver"
  | "journal.noteBlockedGroup"
  | "clients.get";

/** What goes wrong with a call: before it has its effect, after it, or not at all. */
export type FaultPlan = (operation: Operation, detail: unknown) => "before" | "after" | undefined;

const DOWN: Fault = { code: "ServiceUnavailable", message: "down", isSenderFault: false };

/** A stack behind the ports, made of the embedded stack's own model of queues and topics and a journal in memory, on any clock. */
export class ModelStack {
  readonly model = new MessagingModel({ realm: { account: "000000000000", region: "us-east-1" }, newId: randomUUID });
  readonly facts: Fact[] = [];
  readonly registry = new Map<string, ClientRecord>();
  /** Noted blocked groups, by id. */
  readonly blocked = new Map<string, BlockedGroup>();
  /** Every call that reached the stack, in order; a publish with the ids of its events. */
  readonly calls: { operation: Operation; detail: unknown }[] = [];
  fault: FaultPlan = () => undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    const now = clock.now();
    const fifo = { FifoQueue: "true", DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" };
    for (const name of ["ingress.fifo", "dlq.fifo"])
      this.model.queues.create({ name, attributes: fifo, tags: {} }, now);
  }

  addClient(clientId: string, allowedTypes: string[] = ["transaction"]): void {
    const queueName = `${clientId}.fifo`;
    const attributes = { FifoTopic: "true", FifoThroughputScope: "MessageGroup" };
    const topicArn = this.model.topics.create({ name: queueName, attributes, tags: {} });
    const queue = this.model.queues.create(
      { name: queueName, attributes: { FifoQueue: "true" }, tags: {} },
      this.#clock.now(),
    );
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queue.arn,
          Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
        },
      ],
    });
    this.model.queues.setAttributes(queueName, { Policy }, this.#clock.now());
    this.model.topics.subscribe({
      topicArn,
      protocol: "sqs",
      endpoint: queue.arn,
      attributes: { RawMessageDelivery: "true" },
    });
    this.registry.set(clientId, { clientId, active: true, allowedTypes, poisonPolicy: "skip", topicArn, queueName });
  }

  send(groupId: string, body: string, deduplicationId: string = randomUUID()): string {
    return this.model.queues.send("ingress.fifo", { body, groupId, deduplicationId }, this.#clock.now()).messageId;
  }

  /** Bodies on a queue, in order, without taking anything away. */
  bodies(queue: string): string[] {
    return [...this.model.queues.at(queue, this.#clock.now()).messages.values()].map(({ body }) => body);
  }

  /** Event ids on a client's queue, in order. */
  delivered(clientId: string): string[] {
    return this.bodies(`${clientId}.fifo`).map((body) => JSON.parse(body).id);
  }

  factNames(eventId: string): string[] {
    return this.facts.filter((fact) => fact.eventId === eventId).map(({ fact }) => fact);
  }

  /** Event ids that were published, call by call. */
  published(): string[][] {
    const publishes = this.calls.filter(({ operation }) => operation === "publish");
    return publishes.map(({ detail }) => (detail as Publication[]).map(({ deduplicationId }) => deduplicationId));
  }

  get connection() {
    return {
      ingress: this.#queue("ingress.fifo", "ingress"),
      deadLetters: this.#queue("dlq.fifo", "dlq"),
      publisher: this.#publisher(),
      journal: this.#journal(),
      clients: this.#clients(),
      apiCalls: () => ({ all: this.calls.length }),
    };
  }

  async #call<Value>(operation: Operation, detail: unknown, effect: () => Value): Promise<Value> {
    const fault = this.fault(operation, detail);
    await this.#clock.sleep(1);
    if (fault === "before") throw new CallError("down", DOWN, "unreachable");
    this.calls.push({ operation, detail });
    const value = asCallError(effect);
    if (fault === "after") throw new CallError("no answer", DOWN, "unreachable");
    return value;
  }

  #queue(name: string, role: "ingress" | "dlq"): Queue {
    const { queues } = this.model;
    const now = () => this.#clock.now();
    const call = <Value>(verb: string, detail: unknown, effect: () => Value) =>
      this.#call(`${role}.${verb}` as Operation, detail, effect);
    return {
      name,
      receive: async ({ waitSeconds, ...options }) => {
        const messages = await call("receive", options, () => queues.receive(name, options, now()).map(asReceived));
        if (messages.length === 0) await this.#clock.sleep(waitSeconds * 1000);
        return messages;
      },
      send: (messages: OutgoingMessage[]) =>
        call("send", messages, () => {
          const entries = messages.map(({ body, groupId, deduplicationId, attributes = {} }, index) => {
            return { id: String(index), body, groupId, deduplicationId, attributes: asTyped(attributes) };
          });
          return inOrder(messages.length, queues.sendBatch(name, entries, now())).map(withSequence);
        }),
      delete: (handles) =>
        call("delete", handles, () => {
          const entries = handles.map((receiptHandle, index) => ({ id: String(index), receiptHandle }));
          return inOrder(handles.length, queues.deleteMessageBatch(name, entries, now()));
        }),
      changeVisibility: (changes) =>
        call("changeVisibility", changes, () => {
          const entries = changes.map((change, index) => ({ id: String(index), ...change }));
          return inOrder(changes.length, queues.changeVisibilityBatch(name, entries, now()));
        }),
      depth: async () => {
        const { counts } = queues.at(name, now());
        return { visible: counts.visible, inFlight: counts["in-flight"], delayed: counts.delayed };
      },
    };
  }

  #publisher(): Publisher {
    return {
      publish: (topicArn, publications) =>
        this.#call("publish", publications, () => {
          const entries = publications.map(({ body, groupId, deduplicationId, attributes }, index) => {
            return { id: String(index), message: body, groupId, deduplicationId, attributes: asTyped(attributes) };
          });
          const batch = this.model.topics.publishBatch(topicArn, entries, this.#clock.now());
          return inOrder(publications.length, batch).map(withSequence);
        }),
    };
  }

  #journal(): Pick<Journal, "insertAccepted" | "write" | "read" | "takeOver"> & Journal {
    const same = (one: Fact, other: Fact) => factKey(one) === factKey(other);
    const replace = (fact: Fact) => {
      const index = this.facts.findIndex((other) => same(fact, other));
      if (index === -1) this.facts.push(fact);
      else this.facts[index] = fact;
    };
    const unused = () => {
      throw new Error("a processor has no use for this");
    };
    return {
      insertAccepted: (facts) =>
        this.#call("journal.insertAccepted", facts, () =>
          facts.map((fact) => {
            const isKnown = this.facts.some((other) => same(fact, other));
            if (!isKnown) this.facts.push(fact);
            return { ok: true as const, inserted: !isKnown };
          }),
        ),
      write: (facts) =>
        this.#call("journal.write", facts, () => {
          for (const fact of facts) replace(fact);
          return facts.map(() => ({ ok: true as const }));
        }),
      read: ({ eventId, clientId }) =>
        this.#call("journal.read", eventId, () => {
          return this.facts.filter((fact) => fact.eventId === eventId && fact.clientId === clientId);
        }),
      takeOver: (fact, previous) =>
        this.#call("journal.takeOver", fact, () => {
          const current = this.facts.find((other): other is AcceptedFact => same(fact, other));
          if (current?.owner !== previous.owner || current.claimedAt !== previous.claimedAt) return false;
          replace(fact);
          return true;
        }),
      ...factReaders(() => this.facts),
      takeLock: unused,
      giveLock: unused,
      noteBlockedGroup: (group) =>
        this.#call("journal.noteBlockedGroup", group, () => {
          const noted = this.blocked.get(group.groupId);
          const since = noted?.messageId === group.messageId ? noted.since : group.since;
          this.blocked.set(group.groupId, { ...group, since });
        }),
      blockedGroups: unused,
      noteProcessor: unused,
      forgetProcessor: unused,
      processors: async () => [],
    };
  }

  #clients(): ClientRegistry {
    return {
      get: (clientIds) =>
        this.#call("clients.get", clientIds, () => {
          const known = clientIds.flatMap((clientId) => this.registry.get(clientId) ?? []);
          return new Map(known.map((client) => [client.clientId, { ...client }]));
        }),
      list: async () => [...this.registry.values()],
      put: async (client, expected) => {
        if (!isDeepStrictEqual(this.registry.get(client.clientId), expected)) return false;
        this.registry.set(client.clientId, client);
        return true;
      },
      remove: async (clientId) => void this.registry.delete(clientId),
    };
  }
}

function factKey(fact: Fact): string {
  return [fact.eventId, fact.clientId, fact.fact, "messageId" in fact ? fact.messageId : ""].join("#");
}

function asCallError<Value>(effect: () => Value): Value {
  try {
    return effect();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw toCallError(serviceError(error.code, "client", error.message), "calling the model");
  }
}

function asTyped(attributes: Record<string, string>) {
  const typed = Object.entries(attributes).map(([name, value]) => [name, { dataType: "String", stringValue: value }]);
  return Object.fromEntries(typed);
}

interface Batch<Success> {
  successful: ({ id: string } & Success)[];
  failed: { id: string; code: string; message: string; senderFault: boolean }[];
}

function inOrder<Success extends object>(count: number, batch: Batch<Success>): EntryResult<Success>[] {
  return Array.from({ length: count }, (_, index): EntryResult<Success> => {
    const success = batch.successful.find(({ id }) => id === String(index));
    if (success !== undefined) return { ok: true, ...success };
    const failure = batch.failed.find(({ id }) => id === String(index));
    if (failure === undefined) return { ok: false, fault: { ...DOWN, code: "NoAnswer" } };
    return { ok: false, fault: { code: failure.code, message: failure.message, isSenderFault: failure.senderFault } };
  });
}

function withSequence(result: EntryResult<{ messageId: string; sequenceNumber: string | undefined }>) {
  return result.ok ? { ...result, sequence: result.sequenceNumber ?? "" } : result;
}
