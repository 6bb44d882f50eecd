import { type AwsRequest, isRecord, parseDocument } from "./aws-request.js";
import { clientResource, EVENTS_TABLE } from "./stack-names.js";

/** A published fact in a call: which event on which topic. */
export interface RecordedPublication {
  topic: string;
  eventId: string;
}

const WRITES = new Set(["BatchWriteItem", "PutItem", "TransactWriteItems"]);
const READS = new Set(["Query", "GetItem", "BatchGetItem"]);

/** The published facts that a request writes and its answer says are written. */
export function readRecorded(request: AwsRequest, answer: string): RecordedPublication[] {
  if (request.service !== "dynamodb" || !WRITES.has(request.action)) return [];
  const unprocessed = new Set(publishedFacts(parseDocument(answer).UnprocessedItems).map(keyOf));
  return publishedFacts(request.document).filter((fact) => !unprocessed.has(keyOf(fact)));
}

/** Ids of the events whose facts a request reads: a key holds no other text than those, the sort key and the client. */
export function readEventIds({ service, action, resources, document }: AwsRequest): string[] {
  const isRead = service === "dynamodb" && READS.has(action) && resources.includes(EVENTS_TABLE);
  return isRead ? textsIn(document) : [];
}

export function keyOf({ topic, eventId }: RecordedPublication): string {
  return `${topic} ${eventId}`;
}

function publishedFacts(value: unknown): RecordedPublication[] {
  if (Array.isArray(value)) return value.flatMap(publishedFacts);
  if (!isRecord(value)) return [];
  const [clientId, fact] = (textIn(value.fact) ?? "").split("#");
  const eventId = textIn(value.eventId);
  if (eventId !== undefined && clientId !== undefined && fact === "published")
    return [{ topic: clientResource(clientId), eventId }];
  return Object.values(value).flatMap(publishedFacts);
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isRecord(value)) return [];
  const text = textIn(value);
  return text === undefined ? Object.values(value).flatMap(textsIn) : [text];
}

/** The text of an attribute value of type S. */
function textIn(value: unknown): string | undefined {
  return isRecord(value) && typeof value.S === "string" ? value.S : undefined;
}
