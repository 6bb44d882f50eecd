import { type Item, readText } from "../../../src/adapters/aws/attribute-values.js";
import type { ClientRecord } from "../../../src/core/client.js";
import { MessagingModel } from "../../../src/local/model/messaging-model.js";
import { ModelError } from "../../../src/local/model/model-error.js";
import type { EntryError, EntryFault } from "../faults/fate.js";
import { createIds, pick, type Random } from "../random.js";
import { ENTRY_ERRORS } from "./batches.js";
import type { Command } from "./commands.js";
import type { Done } from "./effects.js";
import { serviceError } from "./errors.js";
import { changeVisibility, deleteMessages, look, queueUrl, receive, sendMessages } from "./queue-actions.js";
import { Table } from "./table.js";
import { executeStatements, getItems, putItem, query, updateItem, writeItems } from "./table-actions.js";
import { publish } from "./topic-actions.js";

export const INGRESS = "evp-ingress.fifo";
export const DEAD_LETTERS = "evp-dlq.fifo";
export const EVENTS_TABLE = "evp-events";
export const CLIENTS_TABLE = "evp-clients";
const REALM = { account: "000000000000", region: "us-east-1" };
const FIFO = { FifoQueue: "true", DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" };
const MAX_RECEIVE_COUNT = 1000;
const RETENTION_SECONDS = String(14 * 24 * 60 * 60);

/** What a call comes to, sooner or later. */
export interface Outcome extends Done {
  /** The service refused. */
  failure?: Error;
}

/** SQS, SNS and DynamoDB in memory: the embedded stack's own model of queues and topics, and tables beside it. Nothing takes time here, and nothing goes wrong but what is handed in. */
export class SimulatedStack {
  readonly model: MessagingModel;
  readonly #random: Random;
  readonly #tables: Record<string, Table>;
  readonly #sequences = new Set<string>();

  constructor(random: Random, now: number) {
    this.#random = random;
    this.model = new MessagingModel({ realm: REALM, newId: createIds(random) });
    this.#tables = {
      [EVENTS_TABLE]: new Table(random, "eventId", "fact"),
      [CLIENTS_TABLE]: new Table(random, "clientId"),
    };
    const { queues } = this.model;
    const attributes = { ...FIFO, MessageRetentionPeriod: RETENTION_SECONDS };
    queues.create({ name: DEAD_LETTERS, attributes, tags: {} }, now);
    queues.create({ name: INGRESS, attributes, tags: {} }, now);
    this.limitReceives(MAX_RECEIVE_COUNT, now);
  }

  /** After how many receives the ingress queue itself moves a message to the DLQ. */
  limitReceives(maxReceiveCount: number, now: number): void {
    const { queues } = this.model;
    const { arn } = queues.get(DEAD_LETTERS);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount });
    queues.setAttributes(INGRESS, { RedrivePolicy }, now);
  }

  /** Makes a client's topic. @returns its ARN */
  addTopic(clientId: string, maximumBytes: number): string {
    const attributes = {
      FifoTopic: "true",
      FifoThroughputScope: "MessageGroup",
      MaximumMessageSize: String(maximumBytes),
    };
    return this.model.topics.create({ name: `evp-${clientId}.fifo`, attributes, tags: {} });
  }

  putClient({ clientId, active, allowedTypes, poisonPolicy, topicArn, queueName }: ClientRecord, now: number): void {
    const item: Item = {
      clientId: { S: clientId },
      active: { BOOL: active },
      allowedTypes: { L: allowedTypes.map((type) => ({ S: type })) },
      poisonPolicy: { S: poisonPolicy },
      topicArn: { S: topicArn },
      queueName: { S: queueName },
    };
    this.#table(CLIENTS_TABLE).put(item, now);
  }

  removeClient(clientId: string, now: number): void {
    this.#table(CLIENTS_TABLE).remove({ clientId: { S: clientId } }, now);
  }

  /** Does what a command asks for, but for the entries that go wrong, all of them with the same error where one is given; a receive looks once. */
  apply(
    command: Command,
    now: number,
    faults: readonly (EntryFault | undefined)[],
    entryError?: EntryError | undefined,
  ): Outcome {
    try {
      return this.#apply(command, now, faults, entryError);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return { answer: {}, effects: [], failure: serviceError(error.code, "client", error.message) };
    }
  }

  /** What lies in the journal's table under an event id and a prefix of the sort key. */
  journal(eventId: string, prefix: string, now: number): Item[] {
    return this.#table(EVENTS_TABLE).query(eventId, prefix, { now, isStrong: true });
  }

  #apply(
    command: Command,
    now: number,
    faults: readonly (EntryFault | undefined)[],
    error: EntryError | undefined,
  ): Outcome {
    const random = this.#random;
    const entryError = () => error ?? pick(random, ENTRY_ERRORS);
    const surroundings = { model: this.model, now, entryError, faults };
    const tables = { table: (name: string | undefined) => this.#table(name), now, random, faults };
    switch (command.name) {
      case "GetQueueUrl":
        return { answer: { QueueUrl: queueUrl(command.input.QueueName ?? "") }, effects: [] };
      case "GetQueueAttributes":
        return look({ ...surroundings, input: command.input });
      case "ReceiveMessage":
        return receive({ ...surroundings, input: command.input });
      case "DeleteMessageBatch":
        return deleteMessages({ ...surroundings, input: command.input });
      case "ChangeMessageVisibilityBatch":
        return changeVisibility({ ...surroundings, input: command.input });
      case "SendMessageBatch":
        return sendMessages({ ...surroundings, input: command.input });
      case "PublishBatch":
        return publish({ ...surroundings, input: command.input }, this.#sequences);
      case "BatchExecuteStatement":
        return executeStatements({ ...tables, input: command.input });
      case "BatchWriteItem":
        return writeItems({ ...tables, input: command.input });
      case "PutItem":
        return putItem({ ...tables, input: command.input });
      case "UpdateItem":
        return updateItem({ ...tables, input: command.input });
      case "Query":
        return query({ ...tables, input: command.input });
      case "BatchGetItem":
        return getItems({ ...tables, input: command.input });
    }
  }

  #table(name: string | undefined): Table {
    const table = this.#tables[name ?? ""];
    if (table === undefined) throw new Error(`there is no table ${name}`);
    return table;
  }
}

/** Under which blocked groups lie in the journal's table. */
export const BLOCKED_GROUPS = "evp blocked groups";

/** Where a fact lies: `<clientId>#<fact>`, and `#<messageId>` behind it for the facts about one message. */
export function readKey(item: Item): { eventKey: string; fact: string; messageId: string } {
  const [clientId = "", fact = "", messageId = ""] = readText(item, "fact").split("#");
  return { eventKey: `${clientId}/${readText(item, "eventId")}`, fact, messageId };
}
