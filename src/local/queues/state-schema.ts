/** Grows with every change of the tables below. */
export const SCHEMA_VERSION = 1;

/**
 * What never changes of a message lies apart from its lease, so that a receive writes a few bytes and no body. Queues,
 * topics and subscriptions are few and are kept as JSON. `remembered` is the deduplication windows.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS queues (id INTEGER PRIMARY KEY, config TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS messages (ordinal INTEGER PRIMARY KEY, queue_id INTEGER NOT NULL, message_id TEXT NOT NULL,
    body TEXT NOT NULL, attributes TEXT, group_id TEXT, deduplication_id TEXT, trace_header TEXT,
    sent_at INTEGER NOT NULL, source_arn TEXT);
  CREATE TABLE IF NOT EXISTS leases (ordinal INTEGER PRIMARY KEY, receive_count INTEGER NOT NULL, first_received_at INTEGER,
    state TEXT NOT NULL, leased_at INTEGER NOT NULL, wake_at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS attempts (queue_id INTEGER, attempt_id TEXT, ordinals TEXT NOT NULL, expires_at INTEGER NOT NULL,
    PRIMARY KEY (queue_id, attempt_id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS topics (arn TEXT PRIMARY KEY, config TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS subscriptions (place INTEGER PRIMARY KEY, arn TEXT UNIQUE NOT NULL, config TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS remembered (ordinal INTEGER PRIMARY KEY, owner TEXT NOT NULL, key TEXT NOT NULL,
    message_id TEXT NOT NULL, expires_at INTEGER NOT NULL);
`;
