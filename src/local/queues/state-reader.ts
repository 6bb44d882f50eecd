import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { ModelState } from "../model/changes.js";
import { type Lease, type MessageFacts, unreceived } from "../model/message.js";
import type { ReceiveAttempt } from "../model/receive-attempt.js";

type Row = Record<string, SQLOutputValue>;

/** Reads back what the state store wrote. */
export function readState(database: DatabaseSync): ModelState {
  return {
    ordinal: Number(database.prepare("SELECT ordinal FROM counter").get()?.ordinal ?? 0),
    queues: configs(database, "queues ORDER BY id"),
    messages: [...messages(database)],
    attempts: database.prepare("SELECT * FROM attempts ORDER BY expires_at").all().map(attempt),
    topics: configs(database, "topics ORDER BY arn"),
    subscriptions: configs(database, "subscriptions ORDER BY place"),
  };
}

/** Rows that hold a config as the model reported it. */
function configs<Config>(database: DatabaseSync, source: string): Config[] {
  return database
    .prepare(`SELECT config FROM ${source}`)
    .all()
    .map((row) => JSON.parse(text(row.config)));
}

function* messages(database: DatabaseSync): Generator<ModelState["messages"][number]> {
  const rows = database.prepare("SELECT * FROM messages LEFT JOIN leases USING (ordinal) ORDER BY ordinal").iterate();
  for (const row of rows) {
    const facts = messageFacts(row);
    yield { queueId: Number(row.queue_id), facts, lease: lease(row, facts.sentAt) };
  }
}

function messageFacts(row: Row): MessageFacts {
  return {
    ordinal: Number(row.ordinal),
    messageId: text(row.message_id),
    body: text(row.body),
    attributes: row.attributes === null ? {} : JSON.parse(text(row.attributes)),
    groupId: optionalText(row.group_id),
    deduplicationId: optionalText(row.deduplication_id),
    traceHeader: optionalText(row.trace_header),
    sentAt: Number(row.sent_at),
    deadLetterSourceArn: optionalText(row.source_arn),
  };
}

function lease(row: Row, sentAt: number): Lease {
  if (row.receive_count === null) return unreceived(sentAt, sentAt);
  const state = text(row.state);
  return {
    receiveCount: Number(row.receive_count),
    firstReceivedAt: row.first_received_at === null ? undefined : Number(row.first_received_at),
    state: state === "in-flight" || state === "delayed" ? state : "visible",
    leasedAt: Number(row.leased_at),
    wakeAt: Number(row.wake_at),
  };
}

function attempt(row: Row): ReceiveAttempt {
  return {
    queueId: Number(row.queue_id),
    attemptId: text(row.attempt_id),
    ordinals: JSON.parse(text(row.ordinals)),
    expiresAt: Number(row.expires_at),
  };
}

function text(value: SQLOutputValue | undefined): string {
  return typeof value === "string" ? value : String(value);
}

function optionalText(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
