import type { BlockedGroup } from "../../core/blocked-group.js";
import type { ProcessorReport } from "../../core/processor-report.js";
import type { Journal, Lock } from "../../ports/journal.js";
import type { Database, Statement } from "./database.js";
import { quoted } from "./quoting.js";
import { restored, storable } from "./stored-text.js";

/** A lock may be given back between the refused take and the look at its holder. */
const MAX_TAKES = 5;
/** A head that nobody has tried for so long is taken to be gone from the queue. */
const NOTED_FOR_MS = 24 * 60 * 60 * 1000;
/** A processor that has said nothing for so long is taken to be gone. */
const REPORT_LASTS_MS = 60 * 1000;

type Notes =
  | "takeLock"
  | "giveLock"
  | "noteBlockedGroup"
  | "blockedGroups"
  | "noteProcessor"
  | "forgetProcessor"
  | "processors";

/** What the journal holds beside facts: locks, blocked groups, and what processors say of themselves. */
export function createJournalNotes(database: Database, schema: string): Pick<Journal, Notes> {
  const sql = statementsOf(quoted(schema));
  return {
    takeLock: (lock, now) => takeLock(database, sql, lock, now),
    async giveLock({ name, holder }) {
      await database.call(`giving back the lock ${name}`, sql.giveLock, [storable(name), storable(holder)]);
    },
    async noteBlockedGroup(group) {
      const { groupId, clientId, messageId, eventId, type, reason, detail, since, lastTriedAt } = group;
      const texts = [groupId, clientId, messageId, reason, detail].map(storable);
      const mayMiss = [eventId, type].map((text) => (text === undefined ? null : storable(text)));
      await database.call(`noting a blocked group`, sql.noteBlocked, [...texts, ...mayMiss, since, lastTriedAt]);
    },
    async blockedGroups(now) {
      const { rows } = await database.call<BlockedRow>("reading the blocked groups", sql.readBlocked, [
        now - NOTED_FOR_MS,
      ]);
      return rows.map(toGroup);
    },
    async noteProcessor(report) {
      // JSON escapes what PostgreSQL cannot hold.
      const values = [storable(report.processorId), JSON.stringify(report), report.at];
      await database.call("reporting", sql.noteProcessor, values);
    },
    async forgetProcessor(processorId) {
      await database.call("forgetting a processor", sql.forgetProcessor, [storable(processorId)]);
    },
    async processors(now) {
      const { rows } = await database.call<{ report: string }>("reading the processors' reports", sql.readProcessors, [
        now - REPORT_LASTS_MS,
      ]);
      return rows.map(({ report }): ProcessorReport => JSON.parse(report));
    },
  };
}

/** Takes or renews a lock by one statement. @returns who has it, when somebody else has */
async function takeLock(database: Database, sql: Statements, lock: Lock, now: number): Promise<Lock | undefined> {
  const name = storable(lock.name);
  for (let take = 1; ; take++) {
    const values = [name, storable(lock.holder), lock.until, now];
    const { count } = await database.call(`taking the lock ${lock.name}`, sql.takeLock, values);
    if (count > 0) return undefined;
    const { rows } = await database.call<Lock>(`reading the lock ${lock.name}`, sql.readLock, [name]);
    const [found] = rows;
    if (found !== undefined) return { name: lock.name, holder: restored(found.holder), until: found.until };
    if (take === MAX_TAKES) return { name: lock.name, holder: "somebody else", until: now };
  }
}

interface BlockedRow {
  group_id: string;
  client_id: string;
  message_id: string;
  event_id: string | null;
  type: string | null;
  reason: string;
  detail: string;
  since: number;
  last_tried_at: number;
}

function toGroup(row: BlockedRow): BlockedGroup {
  return {
    groupId: restored(row.group_id),
    clientId: restored(row.client_id),
    messageId: restored(row.message_id),
    eventId: row.event_id === null ? undefined : restored(row.event_id),
    type: row.type === null ? undefined : restored(row.type),
    reason: restored(row.reason),
    detail: restored(row.detail),
    since: row.since,
    lastTriedAt: row.last_tried_at,
  };
}

type Name =
  | "takeLock"
  | "readLock"
  | "giveLock"
  | "noteBlocked"
  | "readBlocked"
  | "noteProcessor"
  | "forgetProcessor"
  | "readProcessors";
type Statements = Record<Name, Statement>;

function statementsOf(schema: string): Statements {
  return {
    takeLock: {
      name: "SqlTakeLock",
      text: `INSERT INTO ${schema}.held_lock AS held (name, holder, until) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
        WHERE held.until <= $4 OR held.holder = excluded.holder`,
    },
    readLock: { name: "SqlReadLock", text: `SELECT name, holder, until FROM ${schema}.held_lock WHERE name = $1` },
    giveLock: { name: "SqlGiveLock", text: `DELETE FROM ${schema}.held_lock WHERE name = $1 AND holder = $2` },
    // Since when: as long as the same message is its head.
    noteBlocked: {
      name: "SqlNoteBlocked",
      text: `INSERT INTO ${schema}.blocked_group AS noted
          (group_id, client_id, message_id, reason, detail, event_id, type, since, last_tried_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (group_id) DO UPDATE SET client_id = excluded.client_id, message_id = excluded.message_id,
          reason = excluded.reason, detail = excluded.detail, event_id = excluded.event_id, type = excluded.type,
          since = CASE WHEN noted.message_id = excluded.message_id THEN noted.since ELSE excluded.since END,
          last_tried_at = excluded.last_tried_at`,
    },
    readBlocked: {
      name: "SqlReadBlocked",
      text: `SELECT * FROM ${schema}.blocked_group WHERE last_tried_at > $1 ORDER BY group_id`,
    },
    noteProcessor: {
      name: "SqlNoteProcessor",
      text: `INSERT INTO ${schema}.processor (processor_id, report, at) VALUES ($1, $2, $3)
        ON CONFLICT (processor_id) DO UPDATE SET report = excluded.report, at = excluded.at`,
    },
    forgetProcessor: { name: "SqlForgetProcessor", text: `DELETE FROM ${schema}.processor WHERE processor_id = $1` },
    readProcessors: {
      name: "SqlReadProcessors",
      text: `SELECT report FROM ${schema}.processor WHERE at > $1 ORDER BY processor_id`,
    },
  };
}
