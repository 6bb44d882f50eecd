import { MessagingModel } from "../../src/local/model/messaging-model.js";
import { CallError, type CallErrorKind, type EntryResult, type Fault } from "../../src/ports/call.js";
import type { Clock } from "../../src/ports/clock.js";
import type { OutgoingMessage, Queue, ReceivedMessage } from "../../src/ports/queue.js";

export type Verb = "receive" | "send" | "delete" | "changeVisibility";

/** What goes wrong with a call: it has no effect, or it has its effect and nobody hears of it. */
export type CallFault = { when: "before" | "after"; kind: CallErrorKind } | undefined;

/** A FIFO queue of the embedded stack's own model behind the port, with every call on record. */
export interface MemoryQueue extends Queue {
  readonly calls: { verb: Verb; detail: unknown }[];
  /** Decides before each call whether it fails. */
  faultOf: (verb: Verb, call: number) => CallFault;
  /** Decides whether one entry of a send fails. */
  entryFaultOf: (message: OutgoingMessage) => Fault | undefined;
  /** What is on the queue, in order, without taking anything away. */
  readonly contents: { messageId: string; body: string; groupId: string; attributes: Record<string, string> }[];
}

/** FIFO queues of one stack, by name. */
export function createMemoryQueues(clock: Clock): (name: string) => MemoryQueue {
  let ids = 0;
  const model = new MessagingModel({
    realm: { account: "000000000000", region: "us-east-1" },
    newId: () => `m-${String(++ids).padStart(4, "0")}`,
  });
  const queues = new Map<string, MemoryQueue>();
  return (name) => {
    const queue = queues.get(name) ?? createQueue(model, clock, name);
    queues.set(name, queue);
    return queue;
  };
}

function createQueue(model: MessagingModel, clock: Clock, name: string): MemoryQueue {
  const attributes = {
    FifoQueue: "true",
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
    MaximumMessageSize: String((1024 - 32) * 1024),
  };
  model.queues.create({ name, attributes, tags: {} }, clock.now());
  const calls: MemoryQueue["calls"] = [];
  async function call<Value>(verb: Verb, detail: unknown, effect: () => Value): Promise<Value> {
    const fault = queue.faultOf(verb, calls.length);
    calls.push({ verb, detail });
    await new Promise((resolve) => setImmediate(resolve));
    if (fault?.when === "before") throw callError(fault.kind);
    const value = effect();
    if (fault?.when === "after") throw callError(fault.kind);
    return value;
  }
  const queue: MemoryQueue = {
    name,
    calls,
    faultOf: () => undefined,
    entryFaultOf: () => undefined,
    get contents() {
      const { messages } = model.queues.at(name, clock.now());
      return [...messages.values()].map(({ messageId, body, groupId = "", attributes }) => {
        return { messageId, body, groupId, attributes: asTexts(attributes) };
      });
    },
    async receive({ waitSeconds, maxMessages, visibilitySeconds }) {
      const options = { maxMessages, visibilitySeconds };
      const messages = await call("receive", options, () => model.queues.receive(name, options, clock.now()));
      if (messages.length === 0) await clock.sleep(waitSeconds * 1000);
      return messages.map(asReceived);
    },
    send: (messages) => call("send", messages, () => sendEach(model, clock, queue, messages)),
    delete: (handles) =>
      call("delete", handles, () => {
        const entries = handles.map((receiptHandle, index) => ({ id: String(index), receiptHandle }));
        return inOrder(handles.length, model.queues.deleteMessageBatch(name, entries, clock.now()));
      }),
    async changeVisibility(changes) {
      if (changes.length === 0) return [];
      return call("changeVisibility", changes, () => {
        const entries = changes.map((change, index) => ({ id: String(index), ...change }));
        return inOrder(changes.length, model.queues.changeVisibilityBatch(name, entries, clock.now()));
      });
    },
    async depth() {
      const { counts } = model.queues.at(name, clock.now());
      return { visible: counts.visible, inFlight: counts["in-flight"], delayed: counts.delayed };
    },
  };
  return queue;
}

function sendEach(model: MessagingModel, clock: Clock, queue: MemoryQueue, messages: OutgoingMessage[]) {
  return messages.map((message): EntryResult<{ messageId: string; sequence: string }> => {
    const fault = queue.entryFaultOf(message);
    if (fault !== undefined) return { ok: false, fault };
    const { body, groupId, deduplicationId, attributes = {} } = message;
    const entry = { id: "0", body, groupId, deduplicationId, attributes: asTyped(attributes) };
    const [result] = inOrder(1, model.queues.sendBatch(queue.name, [entry], clock.now()));
    if (result === undefined) throw new Error("the model answers every entry");
    return result.ok ? { ok: true, messageId: result.messageId, sequence: result.sequenceNumber ?? "" } : result;
  });
}

function callError(kind: CallErrorKind): CallError {
  return new CallError(
    `the service is ${kind}`,
    { code: kind, message: kind, isSenderFault: kind === "refused" },
    kind,
  );
}

function asReceived(message: ReturnType<MessagingModel["queues"]["receive"]>[number]): ReceivedMessage {
  const { messageId, receiptHandle, body, groupId = "", sequenceNumber = "", deduplicationId = "" } = message;
  const { receiveCount, sentAt, attributes } = message;
  const identity = { messageId, receiptHandle, groupId, sequence: sequenceNumber, deduplicationId };
  return { ...identity, body, attributes: asTexts(attributes), receiveCount, sentAt };
}

function asTexts(attributes: Record<string, { stringValue?: string | undefined }>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, { stringValue = "" }]) => [name, stringValue]));
}

function asTyped(attributes: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { dataType: "String", stringValue: value }]),
  );
}

interface Batch<Success> {
  successful: ({ id: string } & Success)[];
  failed: { id: string; code: string; message: string; senderFault: boolean }[];
}

function inOrder<Success extends object>(
  count: number,
  { successful, failed }: Batch<Success>,
): EntryResult<Success>[] {
  return Array.from({ length: count }, (_, index): EntryResult<Success> => {
    const success = successful.find(({ id }) => id === String(index));
    if (success !== undefined) return { ok: true, ...success };
    const failure = failed.find(({ id }) => id === String(index));
    const { code = "NoAnswer", message = "", senderFault = false } = failure ?? {};
    return { ok: false, fault: { code, message, isSenderFault: senderFault } };
  });
}
