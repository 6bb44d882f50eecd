import { hasOutcome } from "../../core/blocked-group.js";
import { chunksOf } from "../../core/chunks.js";
import type { AcceptedFact } from "../../core/facts.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { controlCall } from "../control-calls.js";

export interface WaitingPorts {
  journal: Pick<Journal, "events" | "read">;
  clock: Clock;
}

/** A client's groups that do not move. */
export interface WaitingQuestion {
  clientId: string;
  groupIds: ReadonlySet<string>;
  /** Since when the first of them has waited, ms since 1970. */
  since: number;
}

/** What is stored of each group and has no outcome, in the order of the queue. */
export type WaitingEvents = Map<string, AcceptedFact[]>;

/** A head, and what is behind it, was sent before the head was tried; where the queue has a long backlog, longer before. */
const SENT_BEFORE_MS = 15 * 60_000;
/** A client's other groups may have any number of events in that time: so many of a client are looked at … */
const MAX_LOOKED_AT = 1000;
/** … so many of all clients are looked up … */
const MAX_LOOKED_UP = 200;
const LOOKED_UP_AT_ONCE = 25;
/** … and all that takes no longer. */
const LOOK_MS = 400;

/** Events of the groups that processors have stored and that have no outcome, as far as a short look at the journal finds them. */
export async function readWaiting(ports: WaitingPorts, questions: readonly WaitingQuestion[]): Promise<WaitingEvents> {
  const { clock } = ports;
  const end = clock.monotonic() + LOOK_MS;
  const unpublished: AcceptedFact[] = [];
  for (const question of questions) {
    if (unpublished.length >= MAX_LOOKED_UP || clock.monotonic() >= end) break;
    unpublished.push(...(await readUnpublished(ports, question, end)));
  }
  const waiting: WaitingEvents = new Map();
  for (const asked of chunksOf(unpublished.slice(0, MAX_LOOKED_UP), LOOKED_UP_AT_ONCE)) {
    for (const event of await withoutOutcome(ports, asked)) {
      waiting.set(event.groupId, [...(waiting.get(event.groupId) ?? []), event]);
    }
  }
  return waiting;
}

/** The oldest first: of what waits behind a head, the newest tells nothing. */
async function readUnpublished(
  { journal, clock }: WaitingPorts,
  { clientId, groupIds, since }: WaitingQuestion,
  end: number,
): Promise<AcceptedFact[]> {
  const events: AcceptedFact[] = [];
  let looked = 0;
  for await (const { accepted, published } of journal.events({
    clientId,
    since: since - SENT_BEFORE_MS,
    until: clock.now(),
  })) {
    if (published === undefined && groupIds.has(accepted.groupId)) events.push(accepted);
    looked += 1;
    if (looked >= MAX_LOOKED_AT || clock.monotonic() >= end) break;
  }
  return events;
}

/** What was rejected after it was stored waits no more. */
async function withoutOutcome({ journal, clock }: WaitingPorts, events: AcceptedFact[]): Promise<AcceptedFact[]> {
  const facts = await Promise.all(events.map((event) => controlCall(clock, () => journal.read(event))));
  return events.filter(({ owner }, index) => !hasOutcome(facts[index] ?? [], owner));
}
