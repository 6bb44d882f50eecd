import type { DeliveredMessage } from "../factories/consume-queue.js";
import { createTally, type Tally } from "./tally.js";
import type { WireMessage } from "./wire-message.js";

/** Where the messages were in the end. */
export interface WireResults {
  /** What the client got. */
  published: DeliveredMessage[];
  /** What clients got for whom there was nothing. */
  astray: DeliveredMessage[];
  deadLetters: DeliveredMessage[];
  /** How many duplicates the processor says there were. */
  duplicates: number;
}

/** What evp adds to what it publishes; of the producer's own attributes only `traceparent` goes on. */
const PUBLISHED_ATTRIBUTES = ["evp-event-id", "evp-type", "evp-version", "evp-received-at", "traceparent", "noted"];

/** Compares where each message was in the end with where it must be. `ids`: the queue's id of each message that it took */
export function judgeWire(messages: WireMessage[], ids: Map<WireMessage, string>, results: WireResults): Tally {
  const tally = createTally();
  const judge = (message: WireMessage, got: string | undefined) => {
    tally.count(message.made, 0);
    if (got === undefined) tally.passed++;
    else tally.failures.push({ serial: message.serial, made: message.made, got });
  };
  const letters = Map.groupBy(results.deadLetters, ({ attributes }) => attributes["evp-message-id"] ?? "");
  for (const message of messages) {
    if (message.expected === "published") continue;
    judge(message, faultOf(message, ids.get(message), letters));
  }
  judgePublished(messages, results.published, judge);
  judgeTotals(messages, results, tally);
  return tally;
}

function faultOf(
  message: WireMessage,
  id: string | undefined,
  letters: Map<string, DeliveredMessage[]>,
): string | undefined {
  const { expected, made, groupId } = message;
  if (expected === "refused") return id === undefined ? undefined : "the queue took it";
  if (id === undefined) return "the queue refused it";
  const [letter, ...others] = letters.get(id) ?? [];
  // The message before it has the same id on the queue, or is told by its absence from the totals.
  if (expected === "suppressed" || expected === "duplicate")
    return letter && `rejected: ${letter.attributes["evp-reason"]}`;
  if (letter === undefined) return "it is not on the DLQ";
  if (others.length > 0) return "it is on the DLQ more than once";
  const { "evp-reason": reason, "evp-detail": detail, "evp-group": group } = letter.attributes;
  if (reason !== expected) return `${reason}: ${detail?.slice(0, 200)}`;
  if (letter.body !== made.body) return "another body is on the DLQ";
  return group === groupId ? undefined : `its group became ${group}`;
}

/** Every group's events must be on the client's queue in the order of sending, byte for byte, and nothing else. */
function judgePublished(
  messages: WireMessage[],
  published: DeliveredMessage[],
  judge: (message: WireMessage, got: string | undefined) => void,
): void {
  const expected = messages.filter((message) => message.expected === "published");
  const delivered = Map.groupBy(published, ({ groupId }) => groupId);
  for (const [groupId, group] of Map.groupBy(expected, (message) => message.groupId)) {
    const got = delivered.get(groupId) ?? [];
    const bodies = new Set(got.map(({ body }) => body));
    const published = group.filter(({ made }) => bodies.has(made.body));
    const placeOf = new Map(published.map((message, place) => [message, place]));
    for (const message of group) {
      const place = placeOf.get(message);
      const there = place === undefined ? undefined : got[place];
      if (there === undefined) judge(message, "it was not published");
      else if (there.body !== message.made.body) judge(message, "something else is in its place");
      else judge(message, foreignAttribute(there));
    }
  }
}

function foreignAttribute({ attributes }: DeliveredMessage): string | undefined {
  const foreign = Object.keys(attributes).find((name) => !PUBLISHED_ATTRIBUTES.includes(name));
  return foreign === undefined ? undefined : `it was published with the attribute ${foreign}`;
}

/** What is nowhere to be seen on a queue is seen in the sums. */
function judgeTotals(messages: WireMessage[], results: WireResults, tally: Tally): void {
  const count = (isIt: (expected: WireMessage["expected"]) => boolean) =>
    messages.filter(({ expected }) => isIt(expected)).length;
  const isRejected = (expected: WireMessage["expected"]) =>
    !["published", "duplicate", "suppressed", "refused"].includes(expected);
  const totals: [string, number, number][] = [
    ["published", results.published.length, count((expected) => expected === "published")],
    ["duplicates", results.duplicates, count((expected) => expected === "duplicate")],
    ["dead letters", results.deadLetters.length, count(isRejected)],
    ["events for clients that may have none", results.astray.length, 0],
  ];
  for (const [what, got, expected] of totals) {
    const [anyMessage] = messages;
    if (got === expected) tally.passed++;
    else if (anyMessage)
      tally.failures.push({
        serial: -1,
        made: { ...anyMessage.made, name: what, body: "" },
        got: `${got}, not ${expected}`,
      });
  }
}
