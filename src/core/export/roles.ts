import type { RoleName } from "./role-names.js";

/** What a grant is about. `own-queue` and `own-record` are of the one client that the role is for. */
export type Scope =
  | "ingress"
  | "dlq"
  | "undelivered"
  | "client-queues"
  | "own-queue"
  | "tail-queues"
  | "topics"
  | "events"
  | "events-indexes"
  | "clients"
  | "own-record"
  | "producers"
  | "anything";

/** Actions that a role may take, and on what. */
export interface Grant {
  /** Letters and digits: it becomes the statement's id. */
  name: string;
  actions: string[];
  on: Scope[];
}

/** Some actions know no resources ("Actions, resources, and condition keys for Amazon SNS", and for Amazon SQS). */
const ANYTHING: Scope[] = ["anything"];

/** The actions that taking events from their queue needs. */
const TAKING = [
  "sqs:GetQueueUrl",
  "sqs:GetQueueAttributes",
  "sqs:ReceiveMessage",
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
];

/** What deals with events does the same wherever it runs. */
const DEAL_WITH_EVENTS: Grant[] = [
  { name: "Reject", actions: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:SendMessage"], on: ["dlq"] },
  { name: "Publish", actions: ["sns:Publish"], on: ["topics"] },
  { name: "AskForPermission", actions: ["dynamodb:BatchGetItem"], on: ["clients"] },
];

/** `evp process` ("IAM security policies with PartiQL for DynamoDB": an insert is PartiQLInsert). */
const PROCESSOR: Grant[] = [
  { name: "TakeEvents", actions: TAKING, on: ["ingress"] },
  {
    name: "KeepTheJournal",
    actions: [
      "dynamodb:PartiQLInsert",
      "dynamodb:BatchWriteItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:Query",
    ],
    on: ["events"],
  },
  ...DEAL_WITH_EVENTS,
];

/** What `evp export function` packs; its mapping takes from the queue with the function's rights ("AWSLambdaSQSQueueExecutionRole"). */
const FUNCTION: Grant[] = [
  { name: "TakeEvents", actions: TAKING, on: ["ingress"] },
  {
    name: "KeepTheJournal",
    actions: [
      "dynamodb:PartiQLInsert",
      "dynamodb:BatchWriteItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:Query",
    ],
    on: ["events"],
  },
  ...DEAL_WITH_EVENTS,
];

/** `evp gateway`. Who may send what is the administrator's to say; a secret of the embedded stack's issuer is nothing that it uses. */
const GATEWAY: Grant[] = [
  { name: "Send", actions: ["sqs:GetQueueUrl", "sqs:SendMessage"], on: ["ingress"] },
  { name: "KnowProducers", actions: ["dynamodb:GetItem", "dynamodb:Scan"], on: ["producers"] },
  { name: "AskForPermission", actions: ["dynamodb:BatchGetItem"], on: ["clients"] },
];

/** `evp ingest file` and `evp ingest kafka`, which reject what SQS cannot carry. */
const SOURCE: Grant[] = [
  { name: "Send", actions: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:SendMessage"], on: ["ingress"] },
  { name: "Reject", actions: ["sqs:GetQueueUrl", "sqs:SendMessage"], on: ["dlq"] },
  { name: "RecordRejections", actions: ["dynamodb:BatchWriteItem"], on: ["events"] },
];

/** `evp send`; a program that does not wait for outcomes needs no more than the first. */
const PRODUCER: Grant[] = [
  { name: "Send", actions: ["sqs:GetQueueUrl", "sqs:SendMessage"], on: ["ingress"] },
  { name: "AwaitOutcomes", actions: ["dynamodb:Query"], on: ["events"] },
];

/** A client's own program, or `evp tail <client> --consume`. */
const CLIENT: Grant[] = [
  {
    name: "Consume",
    actions: ["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"],
    on: ["own-queue"],
  },
  { name: "FindTheQueue", actions: ["dynamodb:BatchGetItem"], on: ["own-record"] },
];

const OPERATOR: Grant[] = [
  {
    name: "LookAtQueues",
    actions: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags"],
    on: ["ingress", "dlq", "undelivered", "client-queues"],
  },
  {
    name: "DealWithDeadLetters",
    actions: ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"],
    on: ["dlq"],
  },
  // Onto a client's queue with `evp replay --to-queue`.
  { name: "SendAgain", actions: ["sqs:SendMessage"], on: ["ingress", "client-queues"] },
  {
    name: "Tail",
    actions: [
      "sqs:CreateQueue",
      "sqs:TagQueue",
      "sqs:ListQueueTags",
      "sqs:GetQueueUrl",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:DeleteQueue",
    ],
    on: ["tail-queues"],
  },
  {
    name: "LookAtTopicsAndReplay",
    actions: [
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "sns:ListSubscriptionsByTopic",
      "sns:Subscribe",
      "sns:Publish",
    ],
    on: ["topics"],
  },
  {
    name: "WithoutResources",
    actions: ["sqs:ListQueues", "sns:ListTopics", "sns:GetSubscriptionAttributes", "sns:Unsubscribe"],
    on: ANYTHING,
  },
  {
    name: "LookAtTables",
    actions: ["dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups", "dynamodb:ListTagsOfResource"],
    on: ["events", "clients", "producers"],
  },
  { name: "LookAtExpiry", actions: ["dynamodb:DescribeTimeToLive"], on: ["events"] },
  {
    name: "ReadAndMarkTheJournal",
    actions: [
      "dynamodb:Query",
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:PutItem",
      "dynamodb:DeleteItem",
    ],
    on: ["events"],
  },
  { name: "ReadTheIndexes", actions: ["dynamodb:Query"], on: ["events-indexes"] },
  {
    name: "ChangeClients",
    actions: ["dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:PutItem"],
    on: ["clients"],
  },
];

/** `evp init`, `evp client add` and `remove`, `evp producer …`, `evp destroy`. What is made with tags needs the right to tag. */
const ADMINISTRATOR: Grant[] = [
  {
    name: "MakeQueues",
    actions: [
      "sqs:CreateQueue",
      "sqs:TagQueue",
      "sqs:GetQueueUrl",
      "sqs:GetQueueAttributes",
      "sqs:SetQueueAttributes",
      "sqs:ListQueueTags",
      "sqs:DeleteQueue",
    ],
    on: ["ingress", "dlq", "undelivered", "client-queues"],
  },
  {
    name: "MakeTopics",
    actions: [
      "sns:CreateTopic",
      "sns:TagResource",
      "sns:GetTopicAttributes",
      "sns:SetTopicAttributes",
      "sns:ListTagsForResource",
      "sns:ListSubscriptionsByTopic",
      "sns:Subscribe",
      "sns:DeleteTopic",
    ],
    on: ["topics"],
  },
  {
    name: "WithoutResources",
    actions: ["sqs:ListQueues", "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
    on: ANYTHING,
  },
  {
    name: "MakeTables",
    actions: [
      "dynamodb:CreateTable",
      "dynamodb:TagResource",
      "dynamodb:DescribeTable",
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:UpdateContinuousBackups",
      "dynamodb:ListTagsOfResource",
      "dynamodb:DeleteTable",
    ],
    on: ["events", "clients", "producers"],
  },
  {
    name: "ChangeTheJournalsTable",
    actions: ["dynamodb:UpdateTable", "dynamodb:DescribeTimeToLive", "dynamodb:UpdateTimeToLive"],
    on: ["events"],
  },
  {
    name: "RegisterClients",
    actions: ["dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
    on: ["clients"],
  },
  // The table holds secrets: who reads or writes it says who may send events, and what.
  {
    name: "RegisterProducers",
    actions: ["dynamodb:Scan", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
    on: ["producers"],
  },
  {
    name: "RemoveWhatTailsLeftBehind",
    actions: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:DeleteQueue"],
    on: ["tail-queues"],
  },
];

/**
 * What each role may do: every call that its commands make, and no other (a test runs them and compares). Who asks STS whose
 * account this is needs no right to ("GetCallerIdentity").
 */
export const ROLES: Record<RoleName, Grant[]> = {
  processor: PROCESSOR,
  function: FUNCTION,
  gateway: GATEWAY,
  source: SOURCE,
  producer: PRODUCER,
  client: CLIENT,
  operator: OPERATOR,
  administrator: ADMINISTRATOR,
};
