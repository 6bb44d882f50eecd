import type { AcceptedFact, Claim, Fact } from "../../core/facts.js";
import type { EntryResult } from "../../ports/call.js";
import { itemByItem } from "../item-by-item.js";
import type { Database, Statement } from "./database.js";
import { eventKey, type Row, toEventRow, toFactRow } from "./fact-rows.js";
import { quoted } from "./quoting.js";
import { storable } from "./stored-text.js";

/** What the journal writes with. */
export interface JournalWrites {
  insertAccepted(facts: AcceptedFact[]): Promise<EntryResult<{ inserted: boolean }>[]>;
  write(facts: Exclude<Fact, AcceptedFact>[]): Promise<EntryResult[]>;
  takeOver(fact: AcceptedFact, previous: Claim): Promise<boolean>;
}

/**
 * A batch is one statement, and one parameter: its rows as JSON, which the server reads by the table's own columns
 * (json_populate_recordset, "JSON Functions and Operators", 9.16). A batch that is refused for its content is done row by row.
 */
export function createJournalWrites(database: Database, schema: string): JournalWrites {
  const sql = statementsOf(quoted(schema));
  return {
    async insertAccepted(facts) {
      if (facts.length === 0) return [];
      return itemByItem(facts.map(toEventRow), async (rows) => {
        const { rows: inserted } = await database.call<{ event_id: string; client_id: string }>(
          `inserting into ${schema}.event`,
          sql.insertEvents,
          [JSON.stringify(inKeyOrder(rows))],
        );
        const keys = new Set(inserted.map(eventKey));
        // Of two entries for one event, the first is the one that was inserted.
        return rows.map((row) => ({ ok: true, inserted: keys.delete(eventKey(row)) }));
      });
    },
    async write(facts) {
      if (facts.length === 0) return [];
      return itemByItem(facts.map(toFactRow), async (rows) => {
        await database.call(`writing to ${schema}.fact`, sql.writeFacts, [JSON.stringify(inKeyOrder(rows))]);
        return rows.map(() => ({ ok: true }));
      });
    },
    async takeOver(fact, previous) {
      const values = [JSON.stringify(toEventRow(fact)), storable(previous.owner), previous.claimedAt];
      const { count } = await database.call(`taking over an event in ${schema}.event`, sql.takeOver, values);
      return count > 0;
    },
  };
}

/** Two statements that insert the same keys in one order wait for each other, and never both. */
function inKeyOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((one, other) =>
    eventKey(one) < eventKey(other) ? -1 : eventKey(one) > eventKey(other) ? 1 : 0,
  );
}

/** Of the table `event`, what a new owner may change: everything but the key. */
const EVENT_COLUMNS = [
  "at",
  "expires_at",
  "type",
  "owner",
  "claimed_at",
  "envelope",
  "body",
  "content_hash",
  "group_id",
  "sequence",
  "hour",
  "position",
  "sent_at",
  "received_at",
  "traceparent",
];

/** Of the table `fact`, everything but the key. */
const FACT_COLUMNS = [
  "at",
  "expires_at",
  "owner",
  "topic_arn",
  "sns_message_id",
  "message_id",
  "sequence",
  "sent_to",
  "reason",
  "detail",
  "is_doubtful",
  "envelope",
  "body",
  "body_bytes",
  "body_sha256",
  "group_id",
  "sent_at",
  "redrives",
  "traceparent",
  "sent_as",
  "changes",
];

function statementsOf(schema: string): Record<"insertEvents" | "writeFacts" | "takeOver", Statement> {
  const factColumns = FACT_COLUMNS.map((name) => `${name} = excluded.${name}`).join(", ");
  return {
    insertEvents: {
      name: "SqlInsertEvents",
      text: `INSERT INTO ${schema}.event SELECT * FROM json_populate_recordset(NULL::${schema}.event, $1)
        ON CONFLICT DO NOTHING RETURNING event_id, client_id`,
    },
    // A fact is written once. What is there from a time that the journal has forgotten gives way to what will be remembered longer.
    writeFacts: {
      name: "SqlWriteFacts",
      text: `INSERT INTO ${schema}.fact AS kept SELECT * FROM json_populate_recordset(NULL::${schema}.fact, $1)
        ON CONFLICT (event_id, client_id, fact, about) DO UPDATE SET ${factColumns}
        WHERE kept.expires_at < excluded.expires_at`,
    },
    takeOver: {
      name: "SqlTakeOver",
      text: `UPDATE ${schema}.event AS kept SET ${EVENT_COLUMNS.map((name) => `${name} = taken.${name}`).join(", ")}
        FROM json_populate_record(NULL::${schema}.event, $1) AS taken
        WHERE kept.event_id = taken.event_id AND kept.client_id = taken.client_id
          AND kept.owner = $2 AND kept.claimed_at = $3`,
    },
  };
}
