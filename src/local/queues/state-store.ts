import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Change, ModelState } from "../model/changes.js";
import type { Lease, MessageFacts } from "../model/message.js";
import { readState } from "./state-reader.js";

/** The prepared statements that write changes, by what they do. */
function prepareStatements(database: DatabaseSync) {
  return {
    ordinal: database.prepare("INSERT OR REPLACE INTO counter VALUES (1, ?)"),
    putQueue: database.prepare("INSERT OR REPLACE INTO queues VALUES (?, ?)"),
    deleteQueue: database.prepare("DELETE FROM queues WHERE id = ?"),
    addMessage: database.prepare("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    deleteMessage: database.prepare("DELETE FROM messages WHERE ordinal = ?"),
    putLease: database.prepare("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?)"),
    deleteLease: database.prepare("DELETE FROM leases WHERE ordinal = ?"),
    putAttempt: database.prepare("INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?)"),
    deleteAttempt: database.prepare("DELETE FROM attempts WHERE queue_id = ? AND attempt_id = ?"),
    putTopic: database.prepare("INSERT OR REPLACE INTO topics VALUES (?, ?)"),
    deleteTopic: database.prepare("DELETE FROM topics WHERE arn = ?"),
    putSubscription: database.prepare(
      "INSERT INTO subscriptions (arn, config) VALUES (?, ?) ON CONFLICT (arn) DO UPDATE SET config = excluded.config",
    ),
    deleteSubscription: database.prepare("DELETE FROM subscriptions WHERE arn = ?"),
  } satisfies Record<string, StatementSync>;
}

/** Writes a model's changes to the state file and reads the model back. */
export class StateStore {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepareStatements(database);
  }

  read(): ModelState {
    return readState(this.#database);
  }

  /** To be called within a transaction. @throws when the file cannot be written */
  write(changes: readonly Change[]): void {
    for (const change of changes) this.#apply(change);
  }

  #apply(change: Change): void {
    const statements = this.#statements;
    switch (change.kind) {
      case "ordinal":
        statements.ordinal.run(change.ordinal);
        break;
      case "put-queue":
        statements.putQueue.run(change.queue.id, JSON.stringify(change.queue));
        break;
      case "delete-queue":
        statements.deleteQueue.run(change.queueId);
        break;
      case "add-message":
        this.#addMessage(change.queueId, change.message);
        break;
      case "delete-message":
        statements.deleteMessage.run(change.ordinal);
        statements.deleteLease.run(change.ordinal);
        break;
      case "put-lease":
        this.#putLease(change.ordinal, change.lease);
        break;
      case "put-attempt": {
        const { queueId, attemptId, ordinals, expiresAt } = change.attempt;
        statements.putAttempt.run(queueId, attemptId, JSON.stringify(ordinals), expiresAt);
        break;
      }
      case "delete-attempt":
        statements.deleteAttempt.run(change.queueId, change.attemptId);
        break;
      case "put-topic":
        statements.putTopic.run(change.topic.arn, JSON.stringify(change.topic));
        break;
      case "delete-topic":
        statements.deleteTopic.run(change.arn);
        break;
      case "put-subscription":
        statements.putSubscription.run(change.subscription.arn, JSON.stringify(change.subscription));
        break;
      case "delete-subscription":
        statements.deleteSubscription.run(change.arn);
        break;
    }
  }

  /** A message that was just sent and is visible has no lease row: its lease follows from when it was sent. */
  #addMessage(queueId: number, message: MessageFacts & Lease): void {
    const { ordinal, messageId, body, attributes, groupId, deduplicationId, traceHeader, sentAt } = message;
    this.#statements.addMessage.run(
      ordinal,
      queueId,
      messageId,
      body,
      Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes),
      groupId ?? null,
      deduplicationId ?? null,
      traceHeader ?? null,
      sentAt,
      message.deadLetterSourceArn ?? null,
    );
    if (message.receiveCount > 0 || message.wakeAt !== sentAt) this.#putLease(ordinal, message);
  }

  #putLease(ordinal: number, lease: Lease): void {
    const { receiveCount, firstReceivedAt, state, leasedAt, wakeAt } = lease;
    this.#statements.putLease.run(ordinal, receiveCount, firstReceivedAt ?? null, state, leasedAt, wakeAt);
  }
}
