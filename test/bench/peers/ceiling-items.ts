import type { AttributeValue, BatchStatementRequest } from "@aws-sdk/client-dynamodb";
import { DEFAULTS } from "../../../src/cli/config/defaults.js";
import { journalItems } from "../journal-items.js";
import { EVENTS_TABLE, eventAt } from "../workload.js";

/** Items as large as evp's, made once: only what must differ from event to event is put in. */
const SAMPLE = eventAt({ clients: 1, groups: 1, bodyBytes: 0 }, 0, 0);
const { accepted, published } = journalItems(SAMPLE, DEFAULTS.journal);

const NAMES = Object.keys(accepted);
const INSERT = `INSERT INTO "${EVENTS_TABLE}" VALUE {${NAMES.map((name) => `'${name}':?`).join(", ")}}`;

/** The statement that inserts an event's `accepted` fact. */
export function acceptedItem({ eventId }: { eventId: string }, body: string): BatchStatementRequest {
  return { Statement: INSERT, Parameters: Object.values({ ...accepted, eventId: { S: eventId }, body: { S: body } }) };
}

/** The item of an event's `published` fact. */
export function publishedItem({ eventId }: { eventId: string }): Record<string, AttributeValue> {
  return { ...published, eventId: { S: eventId } };
}
