import { EvpError } from "./errors.js";
import { MAX_QUEUE_NAME_LENGTH, MAX_TOPIC_NAME_LENGTH } from "./limits.js";
import { isFifoName } from "./names.js";
import type { Settings } from "./settings.js";

const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Refuses names that cannot stand beside each other: two resources of one name, a name that is too long, a queue whose
 * suffix contradicts its kind. Throws an EvpError of category `usage`.
 */
export function checkNames(settings: Settings, clientIds: string[]): void {
  const { names, ingress } = settings;
  if (isFifoName(names.ingressQueue) !== (ingress.kind === "fifo")) {
    const rule = ingress.kind === "fifo" ? "must end in .fifo" : "must not end in .fifo";
    throw refuse(`ingress queue ${names.ingressQueue}: the name of a ${ingress.kind} queue ${rule}`);
  }
  if (isFifoName(names.deadLetterQueue) !== isFifoName(names.ingressQueue)) {
    throw refuse(
      `DLQ ${names.deadLetterQueue}: a dead-letter queue must be of the same type as its source ${names.ingressQueue}`,
    );
  }
  if (!isFifoName(names.undeliveredQueue)) {
    throw refuse(`undelivered queue ${names.undeliveredQueue}: what FIFO topics could not deliver needs a FIFO queue`);
  }
  const tables = new Map<string, string>();
  take(tables, names.eventsTable, "the events table");
  take(tables, names.clientsTable, "the clients table");
  take(tables, names.producersTable, "the producers table");
  checkQueueAndTopicNames(settings, clientIds);
}

function checkQueueAndTopicNames({ names }: Settings, clientIds: string[]): void {
  const queues = new Map<string, string>();
  const topics = new Map<string, string>();
  take(queues, names.ingressQueue, "the ingress queue");
  take(queues, names.deadLetterQueue, "the DLQ");
  take(queues, names.undeliveredQueue, "the undelivered queue");
  for (const clientId of clientIds) {
    if (!CLIENT_ID.test(clientId)) {
      throw refuse(`client "${clientId}": a client id is 1 to 64 letters, digits, hyphens and underscores`);
    }
    take(queues, names.queueOf(clientId), `the queue of client ${clientId}`);
    take(topics, names.topicOf(clientId), `the topic of client ${clientId}`);
  }
  for (const [name, owner] of queues) checkLength(name, owner, MAX_QUEUE_NAME_LENGTH);
  for (const [name, owner] of topics) checkLength(name, owner, MAX_TOPIC_NAME_LENGTH);
}

function take(taken: Map<string, string>, name: string, owner: string): void {
  const other = taken.get(name);
  if (other !== undefined) throw refuse(`${owner} would be called ${name}, which is ${other}`);
  taken.set(name, owner);
}

function checkLength(name: string, owner: string, maxLength: number): void {
  if (name.length <= maxLength) return;
  throw refuse(`${owner} would be called ${name}: ${name.length} characters, ${maxLength} are allowed`);
}

function refuse(message: string): EvpError {
  return new EvpError(message, {
    code: "name-refused",
    category: "usage",
    hint: "Choose another client id or stack name, or another name in the config.",
  });
}
