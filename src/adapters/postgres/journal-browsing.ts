import { hourOf, position } from "../../core/queue-place.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, RejectedEntry, StoredEvent } from "../../ports/journal.js";
import type { Database, Statement } from "./database.js";
import { type FoundRow, toAccepted, toPublished, toRejected } from "./fact-reading.js";
import { quoted } from "./quoting.js";
import { storable } from "./stored-text.js";

/** Rows of one page: bodies are of hundreds of kilobytes at most. The first page comes soon. */
const FIRST_PAGE_ROWS = 25;
const PAGE_ROWS = 100;
/** Beyond this many events of the client the search for a newer one costs more than its answer is worth. */
const MAX_EVENTS_BEHIND = 20_000;

type Cursor = (string | number)[];

/** What is read along the two indexes, page by page: each begins behind the last row of the one before. */
export function createJournalBrowsing(
  database: Database,
  clock: Pick<Clock, "now">,
  schema: string,
): Pick<Journal, "events" | "rejections" | "hasNewer"> {
  const sql = statementsOf(quoted(schema));
  return {
    async *events({ clientId, newestFirst = false, ...period }): AsyncGenerator<StoredEvent> {
      const { since, until } = storablePeriod(period);
      const statement = newestFirst ? sql.newestEvents : sql.oldestEvents;
      const start = [newestFirst ? hourOf(until) + 1 : hourOf(since), "", ""];
      const fixed = [storable(clientId), since, until, Math.floor(clock.now() / 1000)];
      const read = (cursor: Cursor, rows: number) =>
        database.call<FoundRow>(`reading ${schema}.event`, statement, [...fixed, ...cursor, rows]);
      for await (const row of pagesOf(read, start, ["hour", "position", "event_id"])) {
        const published = isRow(row.published) ? toPublished(row.published) : undefined;
        yield { accepted: toAccepted(row), published };
      }
    },
    async *rejections({ newestFirst = false, ...period }): AsyncGenerator<RejectedEntry> {
      const { since, until } = storablePeriod(period);
      const statement = newestFirst ? sql.newestRejections : sql.oldestRejections;
      const start = [newestFirst ? until + 1 : since, "", "", ""];
      const read = (cursor: Cursor, rows: number) =>
        database.call<FoundRow>(`reading ${schema}.fact`, statement, [since, until, ...cursor, rows]);
      for await (const row of pagesOf(read, start, ["at", "event_id", "client_id", "about"])) {
        const settled = row.redriven === true ? "redriven" : row.purged === true ? "purged" : undefined;
        yield { rejected: toRejected(row), settled };
      }
    },
    async hasNewer({ clientId, groupId, sequence, since }) {
      // On a standard queue each message is its own group.
      if (sequence === "") return false;
      const values = [
        storable(clientId),
        hourOf(since),
        position(sequence, since),
        storable(groupId),
        MAX_EVENTS_BEHIND + 1,
      ];
      const { rows } = await database.call<{ looked: number; found: boolean | null }>(
        `looking for newer events in ${schema}.event`,
        sql.newer,
        values,
      );
      const { looked = 0, found } = rows[0] ?? {};
      if (found === true) return true;
      return looked > MAX_EVENTS_BEHIND ? undefined : false;
    },
  };
}

async function* pagesOf(
  read: (cursor: Cursor, rows: number) => Promise<{ rows: FoundRow[] }>,
  start: Cursor,
  key: string[],
): AsyncGenerator<FoundRow> {
  let cursor = start;
  for (let size = FIRST_PAGE_ROWS; ; size = PAGE_ROWS) {
    const { rows } = await read(cursor, size);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    cursor = key.map((column) => placeIn(last, column));
  }
}

/** For ever, as a number that the server takes. */
const FOR_EVER_MS = 2 ** 52;

function storablePeriod({ since, until }: { since: number; until: number }): { since: number; until: number } {
  return { since: Math.ceil(Math.max(since, -FOR_EVER_MS)), until: Math.ceil(Math.min(until, FOR_EVER_MS)) };
}

function placeIn(row: FoundRow, column: string): string | number {
  const value = row[column];
  return typeof value === "number" ? value : String(value);
}

function isRow(value: unknown): value is FoundRow {
  return typeof value === "object" && value !== null;
}

type Browsing = "oldestEvents" | "newestEvents" | "oldestRejections" | "newestRejections" | "newer";

function statementsOf(schema: string): Record<Browsing, Statement> {
  return {
    oldestEvents: { name: "SqlReadEvents", text: eventsText(schema, "ASC", ">") },
    newestEvents: { name: "SqlReadNewestEvents", text: eventsText(schema, "DESC", "<") },
    oldestRejections: { name: "SqlReadRejections", text: rejectionsText(schema, "ASC", ">") },
    newestRejections: { name: "SqlReadNewestRejections", text: rejectionsText(schema, "DESC", "<") },
    newer: {
      name: "SqlLookForNewer",
      text: `SELECT count(*) AS looked, bool_or(group_id = $4) AS found FROM (
          SELECT group_id FROM ${schema}.event WHERE client_id = $1 AND hour >= $2 AND position > $3
          ORDER BY hour, position LIMIT $5) AS behind`,
    },
  };
}

function eventsText(schema: string, direction: "ASC" | "DESC", behind: ">" | "<"): string {
  const order = `hour ${direction}, position ${direction}, event_id ${direction}`;
  return `SELECT page.*, to_json(published) AS published FROM (
      SELECT * FROM ${schema}.event
      WHERE client_id = $1 AND sent_at >= $2 AND sent_at < $3 AND expires_at > $4
        AND hour BETWEEN $2::bigint / 3600000 AND $3::bigint / 3600000
        AND (hour, position, event_id) ${behind} ($5, $6, $7)
      ORDER BY ${order} LIMIT $8) AS page
    LEFT JOIN ${schema}.fact AS published
      ON published.event_id = page.event_id AND published.client_id = page.client_id
        AND published.fact = 'published' AND published.about = ''
    ORDER BY ${order.replaceAll(/\b(hour|position|event_id)\b/g, "page.$1")}`;
}

function rejectionsText(schema: string, direction: "ASC" | "DESC", behind: ">" | "<"): string {
  const settled = (fact: string) => `EXISTS (SELECT FROM ${schema}.fact AS other
    WHERE other.event_id = page.event_id AND other.client_id = page.client_id
      AND other.fact = '${fact}' AND other.about = page.about) AS ${fact}`;
  return `SELECT page.*, ${settled("redriven")}, ${settled("purged")} FROM (
      SELECT * FROM ${schema}.fact
      WHERE fact = 'rejected' AND at BETWEEN $1 AND $2 AND (at, event_id, client_id, about) ${behind} ($3, $4, $5, $6)
      ORDER BY at ${direction}, event_id ${direction}, client_id ${direction}, about ${direction} LIMIT $7) AS page
    ORDER BY page.at ${direction}, page.event_id ${direction}, page.client_id ${direction}, page.about ${direction}`;
}
