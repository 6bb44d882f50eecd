import type { ClientRecord } from "./client.js";
import { checkNames } from "./names-check.js";
import type { ClientSettings, Settings } from "./settings.js";
import { planClientQueue, planClientTopic, planSubscription } from "./stack-plan-clients.js";
import { planDatabase } from "./stack-plan-database.js";
import {
  planDeadLetterQueue,
  planIngressQueue,
  planUndeliveredPolicy,
  planUndeliveredQueue,
} from "./stack-plan-queues.js";
import {
  hasProducersTable,
  planClientsTable,
  planEventsTable,
  planPointInTimeRecovery,
  planProducersTable,
  planTimeToLive,
} from "./stack-plan-tables.js";

/** One resource of a stack, with the settings that evp wants of it; what it does not name is left as it is. */
export type DesiredResource =
  | DesiredQueue
  | DesiredQueuePolicy
  | DesiredTopic
  | DesiredSubscription
  | DesiredTable
  | DesiredTimeToLive
  | DesiredPointInTimeRecovery
  | DesiredDatabaseSchema
  | DesiredDatabaseMigration
  | DesiredDatabaseViews
  | DesiredClient;

/** Resources that carry tags, and so tell which stack they belong to. */
export interface Tagged {
  /** `evp:stack`: the stack it belongs to. */
  stack: string;
  /**
   * What an existing resource without that tag means. `claim`: it is the stack's own (the embedded stack belongs to evp
   * alone). `adopt`: the config names it; evp takes it over and never deletes it. `refuse`: somebody else's.
   */
  untagged: "claim" | "adopt" | "refuse";
}

export interface DesiredQueue extends Tagged {
  kind: "queue";
  name: string;
  /** SQS attributes by name ("CreateQueue"). */
  attributes: Record<string, string>;
}

/** Who may send to a queue; part of the queue, and gone with it. */
export interface DesiredQueuePolicy {
  kind: "queue-policy";
  /** Name of the queue. */
  name: string;
  /** The policy document, JSON. */
  policy: string;
}

export interface DesiredTopic extends Tagged {
  kind: "topic";
  name: string;
  arn: string;
  /** SNS attributes by name ("CreateTopic"). */
  attributes: Record<string, string>;
}

export interface DesiredSubscription {
  kind: "subscription";
  /** Name of the queue that is subscribed. */
  name: string;
  topicArn: string;
  queueArn: string;
  /** SNS attributes by name ("SetSubscriptionAttributes"). */
  attributes: Record<string, string>;
}

export interface DesiredTable extends Tagged {
  kind: "table";
  name: string;
  arn: string;
  key: KeyAttribute[];
  /** Global secondary indexes, keys only. */
  indexes: DesiredIndex[];
  /** Indexes that the settings have switched off. */
  unwantedIndexes: string[];
}

export interface DesiredIndex {
  name: string;
  key: KeyAttribute[];
}

/** Partition key first, then the sort key. */
export interface KeyAttribute {
  name: string;
  type: "S" | "N";
}

export interface DesiredTimeToLive {
  kind: "time-to-live";
  /** Name of the table. */
  name: string;
  attribute: string;
  /** Why this target is not even asked. */
  notOffered?: string | undefined;
}

export interface DesiredPointInTimeRecovery {
  kind: "point-in-time-recovery";
  /** Name of the table. */
  name: string;
}

/** The stack's own schema in PostgreSQL, with all that is in it. */
export interface DesiredDatabaseSchema {
  kind: "database-schema";
  name: string;
  /** The stack it belongs to. */
  stack: string;
}

/** One step of the schema's shape; part of the schema, and gone with it. */
export interface DesiredDatabaseMigration {
  kind: "database-migration";
  name: string;
  version: number;
  schema: string;
}

/** The views for others to read, in a schema that is not the stack's own. */
export interface DesiredDatabaseViews {
  kind: "database-views";
  /** Name of the schema that they are in. */
  name: string;
  /** The stack's own schema, of which they are views. */
  schema: string;
  stack: string;
}

export interface DesiredClient {
  kind: "client";
  /** The client's id. */
  name: string;
  record: ClientRecord;
}

/** The account and region that a stack lives in. */
export interface StackAccount {
  account: string;
  region: string;
}

/**
 * Every resource of the stack, in the order in which they can be created. Throws an EvpError of category `usage` when
 * names cannot stand beside each other.
 *
 * @param clients - every client that is to have a topic and a queue, the registered ones too
 */
export function planStack(settings: Settings, account: StackAccount, clients: ClientSettings[]): DesiredResource[] {
  checkNames(
    settings,
    clients.map((client) => client.id),
  );
  return [
    planDeadLetterQueue(settings, account),
    planIngressQueue(settings, account),
    planUndeliveredQueue(settings),
    planUndeliveredPolicy(settings, account),
    ...planStore(settings, account),
    ...clients.flatMap((client) => planClient(settings, account, client)),
  ];
}

function planStore(settings: Settings, account: StackAccount): DesiredResource[] {
  if (settings.store.kind === "dynamodb") return planTables(settings, account);
  const producers = hasProducersTable(settings) ? [planProducersTable(settings, account)] : [];
  return [...planDatabase(settings), ...producers];
}

function planTables(settings: Settings, account: StackAccount): DesiredResource[] {
  const events = planEventsTable(settings, account);
  return [
    events,
    planTimeToLive(settings, events),
    planClientsTable(settings, account),
    planProducersTable(settings, account),
    ...planPointInTimeRecovery(settings),
  ];
}

/** What one client has: topic, queue, the policy and subscription between them, and last its record, so that nothing is published before it can be delivered. */
export function planClient(settings: Settings, account: StackAccount, client: ClientSettings): DesiredResource[] {
  const topic = planClientTopic(settings, account, client.id);
  return [
    topic,
    ...planClientQueue(settings, account, client.id, topic.arn),
    planSubscription(settings, account, client.id, topic.arn),
    {
      kind: "client",
      name: client.id,
      record: {
        clientId: client.id,
        active: client.active,
        allowedTypes: client.allowedTypes,
        poisonPolicy: client.poisonPolicy ?? "skip",
        topicArn: topic.arn,
        queueName: settings.names.queueOf(client.id),
      },
    },
  ];
}
