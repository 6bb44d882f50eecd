import type { Fact } from "../../core/facts.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Database, Statement } from "./database.js";
import { type FoundRow, toFact } from "./fact-reading.js";
import { createJournalBrowsing } from "./journal-browsing.js";
import { createJournalNotes } from "./journal-notes.js";
import { createJournalWrites } from "./journal-writes.js";
import { quoted } from "./quoting.js";
import { storable } from "./stored-text.js";

interface JournalParts {
  database: Database;
  clock: Pick<Clock, "now">;
  schema: string;
}

/** The journal in PostgreSQL: accepted facts in the table `event`, all others in the table `fact`, one row each. */
export function createJournal({ database, clock, schema }: JournalParts): Journal {
  const sql = statementsOf(quoted(schema));
  const read = async (statement: Statement, key: string[]): Promise<Fact[]> => {
    const { rows } = await database.call<FoundRow>(`reading ${schema}.journal`, statement, key.map(storable));
    return rows.map(toFact).filter((fact) => fact !== undefined);
  };
  return {
    ...createJournalWrites(database, schema),
    ...createJournalBrowsing(database, clock, schema),
    ...createJournalNotes(database, schema),
    read: ({ eventId, clientId }) => read(sql.readFacts, [eventId, clientId]),
    readEvent: (eventId) => read(sql.readEvent, [eventId]),
  };
}

function statementsOf(schema: string): Record<"readFacts" | "readEvent", Statement> {
  return {
    readFacts: {
      name: "SqlReadFacts",
      text: `SELECT * FROM ${schema}.journal WHERE event_id = $1 AND client_id = $2 ORDER BY fact, about`,
    },
    readEvent: {
      name: "SqlReadEvent",
      text: `SELECT * FROM ${schema}.journal WHERE event_id = $1 ORDER BY client_id, fact, about`,
    },
  };
}
