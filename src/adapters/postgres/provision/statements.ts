import { STORE_MIGRATIONS } from "../../../core/store-migrations.js";

/** The statements of a migration, for a schema whose name is quoted. Text that is a key or an order compares byte by byte, on every server alike. */
export function migrationStatements(version: number, schema: string): string {
  const statements = STATEMENTS[version];
  if (statements === undefined)
    throw new TypeError(`there is no migration ${version} beyond ${STORE_MIGRATIONS.length}`);
  return statements(schema);
}

const STATEMENTS: Readonly<Record<number, (schema: string) => string>> = {
  1: registries,
  2: journal,
  3: views,
};

function registries(schema: string): string {
  return `
    CREATE TABLE ${schema}.client (
      name text COLLATE "C" PRIMARY KEY,
      registered boolean NOT NULL DEFAULT true,
      active boolean NOT NULL,
      allowed_types text[] NOT NULL,
      poison_policy text NOT NULL,
      topic_arn text NOT NULL,
      queue_name text NOT NULL
    );
    COMMENT ON COLUMN ${schema}.client.registered IS 'false: it was removed, and the journal still has events of it';
    CREATE TABLE ${schema}.event_type (name text COLLATE "C" PRIMARY KEY);
    CREATE TABLE ${schema}.producer (
      producer_id text COLLATE "C" PRIMARY KEY,
      active boolean NOT NULL,
      allowed_clients text[] NOT NULL,
      allowed_types text[] NOT NULL,
      rate_per_second double precision,
      secrets jsonb NOT NULL
    );`;
}

/** Rows stay as small as DynamoDB's items, so that an event that one store takes the other takes too. */
const MAX_BODY_BYTES = 400 * 1024;

function journal(schema: string): string {
  return `
    CREATE TABLE ${schema}.event (
      event_id text COLLATE "C" NOT NULL,
      client_id text COLLATE "C" NOT NULL,
      at bigint NOT NULL,
      expires_at bigint NOT NULL,
      type text COLLATE "C" NOT NULL,
      owner text COLLATE "C" NOT NULL,
      claimed_at bigint NOT NULL,
      envelope json NOT NULL,
      body text NOT NULL CHECK (octet_length(body) <= ${MAX_BODY_BYTES}),
      content_hash text NOT NULL,
      group_id text NOT NULL,
      sequence text NOT NULL,
      hour bigint NOT NULL,
      position text COLLATE "C" NOT NULL,
      sent_at bigint NOT NULL,
      received_at bigint NOT NULL,
      traceparent text,
      PRIMARY KEY (event_id, client_id),
      CONSTRAINT fk_client_name FOREIGN KEY (client_id) REFERENCES ${schema}.client (name),
      CONSTRAINT fk_event_type_name FOREIGN KEY (type) REFERENCES ${schema}.event_type (name)
    );
    COMMENT ON TABLE ${schema}.event IS
      'Events that were accepted. Times are ms since 1970, expires_at is seconds; U+0010 0 in a text stands for U+0000';
    CREATE INDEX event_by_place ON ${schema}.event (client_id, hour, position, event_id);
    CREATE INDEX event_by_expiry ON ${schema}.event (expires_at);
    CREATE TABLE ${schema}.fact (
      event_id text COLLATE "C" NOT NULL,
      client_id text COLLATE "C" NOT NULL,
      fact text COLLATE "C" NOT NULL,
      about text COLLATE "C" NOT NULL,
      at bigint NOT NULL,
      expires_at bigint NOT NULL,
      owner text COLLATE "C",
      topic_arn text,
      sns_message_id text,
      message_id text,
      sequence text,
      sent_to text,
      reason text,
      detail text,
      is_doubtful boolean,
      envelope json,
      body text CHECK (octet_length(body) <= ${MAX_BODY_BYTES}),
      body_bytes bigint,
      body_sha256 text,
      group_id text,
      sent_at bigint,
      redrives bigint,
      traceparent text,
      sent_as text,
      changes text,
      PRIMARY KEY (event_id, client_id, fact, about)
    );
    COMMENT ON TABLE ${schema}.fact IS
      'What happened to an event or a message: published, rejected, duplicate, redriven, purged, replayed';
    CREATE INDEX fact_by_rejection ON ${schema}.fact (at, event_id, client_id, about) WHERE fact = 'rejected';
    CREATE INDEX fact_by_expiry ON ${schema}.fact (expires_at);
    CREATE TABLE ${schema}.held_lock (
      name text COLLATE "C" PRIMARY KEY,
      holder text COLLATE "C" NOT NULL,
      until bigint NOT NULL
    );
    CREATE TABLE ${schema}.blocked_group (
      group_id text COLLATE "C" PRIMARY KEY,
      client_id text NOT NULL,
      message_id text COLLATE "C" NOT NULL,
      event_id text,
      type text,
      reason text NOT NULL,
      detail text NOT NULL,
      since bigint NOT NULL,
      last_tried_at bigint NOT NULL
    );
    CREATE TABLE ${schema}.processor (
      processor_id text COLLATE "C" PRIMARY KEY,
      report text NOT NULL,
      at bigint NOT NULL
    );`;
}

function views(schema: string): string {
  return `
    CREATE VIEW ${schema}.journal AS
      SELECT event_id, client_id, 'accepted'::text COLLATE "C" AS fact, ''::text COLLATE "C" AS about, at, expires_at,
        type, owner, claimed_at, envelope, body, content_hash, group_id, sequence, sent_at, received_at,
        NULL::text AS topic_arn, NULL::text AS sns_message_id, NULL::text AS message_id, NULL::text AS sent_to,
        NULL::text AS reason, NULL::text AS detail, NULL::boolean AS is_doubtful, NULL::bigint AS body_bytes,
        NULL::text AS body_sha256, NULL::bigint AS redrives, traceparent, NULL::text AS sent_as,
        NULL::text AS changes
      FROM ${schema}.event
      UNION ALL
      SELECT event_id, client_id, fact, about, at, expires_at,
        NULL, owner, NULL, envelope, body, NULL, group_id, sequence, sent_at, NULL,
        topic_arn, sns_message_id, message_id, sent_to, reason, detail, is_doubtful, body_bytes,
        body_sha256, redrives, traceparent, sent_as, changes
      FROM ${schema}.fact;
    COMMENT ON VIEW ${schema}.journal IS 'Every fact about every event';
    CREATE VIEW ${schema}.message AS ${messageQuery(schema)};
    COMMENT ON VIEW ${schema}.message IS 'Events that were accepted, and not rejected since';`;
}

/** The events that passed, by the names of the table that older consumers of the database read. */
export function messageQuery(schema: string): string {
  return `SELECT event.event_id AS message_id, event.body AS message, event.type AS fk_event_type_name,
      event.client_id AS fk_client_name
    FROM ${schema}.event AS event
    WHERE NOT EXISTS (SELECT FROM ${schema}.fact AS rejected
      WHERE rejected.event_id = event.event_id AND rejected.client_id = event.client_id
        AND rejected.fact = 'rejected' AND rejected.about = event.owner)`;
}
