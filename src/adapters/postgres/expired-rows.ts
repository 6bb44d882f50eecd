import type { Database, Statement } from "./database.js";
import { quoted } from "./quoting.js";

/** Rows that one statement deletes at most: it holds its locks for some milliseconds. */
const BATCH_ROWS = 500;
/** What is noted of a group, a processor or a lock is cleared away a day after it means nothing any more. */
const NOTES_LAST_MS = 2 * 24 * 60 * 60 * 1000;

/**
 * Deletes some of the facts that have expired, and of the notes that mean nothing any more. A clock that is ahead must not make the journal
 * forget too early: what counts is the earlier of the database's time and `now`.
 *
 * @returns whether there may be more
 */
export async function deleteExpired(database: Database, schema: string, now: number): Promise<boolean> {
  const sql = statementsOf(quoted(schema));
  const seconds = Math.floor(now / 1000);
  const deleted: number[] = [];
  for (const [table, statement] of [
    ["event", sql.events],
    ["fact", sql.facts],
  ] as const) {
    const { count } = await database.call(`deleting what has expired in ${schema}.${table}`, statement, [
      seconds,
      BATCH_ROWS,
    ]);
    deleted.push(count);
  }
  const isMore = deleted.includes(BATCH_ROWS);
  if (!isMore) await deleteNotes(database, sql, now);
  return isMore;
}

async function deleteNotes(database: Database, sql: ReturnType<typeof statementsOf>, now: number): Promise<void> {
  const doing = "clearing away old notes";
  for (const statement of sql.notes) await database.call(doing, statement, [now - NOTES_LAST_MS]);
  await database.call(doing, sql.clients, []);
}

function statementsOf(schema: string) {
  // What another statement is about to change is left for the next time, and what it has just renewed is not deleted.
  const expired = (name: string, table: string): Statement => ({
    name,
    text: `DELETE FROM ${schema}.${table} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${schema}.${table}
      WHERE expires_at <= LEAST($1, floor(extract(epoch FROM clock_timestamp())))
      ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  });
  const notes = (name: string, table: string, column: string): Statement => ({
    name,
    text: `DELETE FROM ${schema}.${table} WHERE ${column} < $1`,
  });
  return {
    events: expired("SqlDeleteExpiredEvents", "event"),
    facts: expired("SqlDeleteExpiredFacts", "fact"),
    notes: [
      notes("SqlDeleteOldLocks", "held_lock", "until"),
      notes("SqlDeleteOldBlockedGroups", "blocked_group", "last_tried_at"),
      notes("SqlDeleteOldReports", "processor", "at"),
    ],
    clients: {
      name: "SqlDeleteOldClients",
      text: `DELETE FROM ${schema}.client AS known WHERE NOT registered
        AND NOT EXISTS (SELECT FROM ${schema}.event WHERE client_id = known.name)`,
    },
  };
}
