import type { CallError } from "./call.js";

export const SERVICES = ["sqs", "sns", "dynamodb", "sts"] as const;
export type AwsServiceName = (typeof SERVICES)[number];
/** With the store where that is none of AWS's. */
export type ServiceName = AwsServiceName | "postgres";

/** What one harmless call told of a service, whether it was allowed or not. */
export interface Probe {
  service: ServiceName;
  /** Host that the call went to; undefined when it went nowhere. */
  host: string | undefined;
  /** The service's own clock, by the `Date` of its answer, ms since 1970; undefined when nobody answered. */
  serverTime: number | undefined;
  /** When the answer came, by the caller's clock. */
  answeredAt: number;
  /** What the call failed with: a service that refuses is there all the same. */
  error: CallError | undefined;
}

/** Who calls ("GetCallerIdentity"). */
export interface Caller {
  account: string;
  arn: string;
  region: string;
}

/** Looks at a target without taking or changing anything. */
export interface Diagnostics {
  /** Asks one service something small. Rejects only with what keeps a call from being made at all, an EvpError. */
  probe(service: ServiceName): Promise<Probe>;
  caller(): Promise<Caller>;
  /** All attributes of a queue by name ("GetQueueAttributes"). */
  queueAttributes(name: string): Promise<Record<string, string>>;
  /** All attributes of a topic by name ("GetTopicAttributes"). */
  topicAttributes(topicArn: string): Promise<Record<string, string>>;
  /** How many queues and others are subscribed to a topic, 100 at most ("ListSubscriptionsByTopic"). */
  countSubscriptions(topicArn: string): Promise<number>;
  /** Whether a table and its indexes can be used now ("DescribeTable"), for instance `ACTIVE`. */
  tableStatus(name: string): Promise<string>;
  /** What this identity may not do in a store of its own, for instance `INSERT on evp.event`; nothing where there is none. */
  deniedPrivileges(): Promise<string[]>;
  /** ARNs of the account's topics, page by page ("ListTopics"). */
  topicPages(): AsyncIterable<string[]>;
}
