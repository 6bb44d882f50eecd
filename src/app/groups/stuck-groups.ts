import type { AcceptedFact } from "../../core/facts.js";
import { type Outage, outageText } from "../../core/outages.js";
import type { ProcessorReport, StalledGroup } from "../../core/processor-report.js";
import { remediesFor } from "../../core/remedies.js";
import type { BlockedView } from "../blocked-status.js";

/** A group that does not move: an element of `evp groups --json`. Times are ISO 8601. */
export interface StuckGroup {
  groupId: string;
  /** `blocked`: it waits for an operator. `stalled`: a processor gave it back, and tries it again later. */
  state: "blocked" | "stalled";
  /** null: nobody has said. */
  clientId: string | null;
  /** The message at its head. */
  messageId: string | null;
  eventId: string | null;
  type: string | null;
  /** Why its head would be rejected, where it is blocked. */
  reason: string | null;
  why: string;
  since: string;
  lastTriedAt: string;
  waitingMs: number;
  /** So many messages at least wait behind its head: those that a processor has stored, or had in hand with it. SQS tells nobody what else a group holds. */
  behindAtLeast: number;
  /** What can be done. */
  hints: string[];
}

interface Known {
  blocked: readonly BlockedView[];
  processors: readonly Pick<ProcessorReport, "stalled">[];
}

/** Every group that somebody has said does not move, once, those that have waited longest first. `now`: ms since 1970 */
export function stuckGroups({ blocked, processors }: Known, now: number): StuckGroup[] {
  const stalled = mergeStalled(processors);
  const groups = [
    ...blocked.map((group) => fromBlocked(group, stalled.get(group.groupId), now)),
    ...[...stalled.values()]
      .filter(({ groupId }) => !blocked.some((group) => group.groupId === groupId))
      .map((group) => fromStalled(group, now)),
  ];
  return groups.sort((one, other) => other.waitingMs - one.waitingMs);
}

/** A group may have been with one processor after another: the first knows since when, the last why. */
function mergeStalled(processors: Known["processors"]): Map<string, StalledGroup> {
  const merged = new Map<string, StalledGroup>();
  for (const group of processors.flatMap((processor) => processor.stalled)) {
    const other = merged.get(group.groupId);
    const [earlier, later] =
      other === undefined || other.lastTriedAt < group.lastTriedAt ? [other, group] : [group, other];
    const since = Math.min(later.since, earlier?.since ?? later.since);
    const messages = Math.max(later.messages, earlier?.messages ?? 0);
    merged.set(group.groupId, { ...later, clientId: later.clientId ?? earlier?.clientId, since, messages });
  }
  return merged;
}

function fromBlocked(group: BlockedView, stalled: StalledGroup | undefined, now: number): StuckGroup {
  const { groupId, clientId, messageId, eventId, type, reason, detail, since, lastTriedAt } = group;
  return {
    groupId,
    state: "blocked",
    clientId,
    messageId,
    eventId,
    type,
    reason,
    why: detail,
    since,
    lastTriedAt,
    waitingMs: Math.max(0, now - Date.parse(since)),
    behindAtLeast: Math.max(0, (stalled?.messages ?? 0) - 1),
    hints: remediesFor(group),
  };
}

function fromStalled(group: StalledGroup, now: number): StuckGroup {
  const { groupId, messageId = null, eventId = null, clientId = null, type = null } = group;
  const { since, lastTriedAt, why, messages } = group;
  return {
    groupId,
    state: "stalled",
    clientId,
    messageId,
    eventId,
    type,
    reason: null,
    why,
    since: new Date(since).toISOString(),
    lastTriedAt: new Date(lastTriedAt).toISOString(),
    waitingMs: Math.max(0, now - since),
    behindAtLeast: Math.max(0, messages - 1),
    hints: ["it is tried again by itself, at growing intervals of up to 15 minutes"],
  };
}

/**
 * What the journal knows besides. `events`: what is stored of the group and has no outcome, in the order of the queue; the first of a
 * stalled group is its head, since a processor stores what it receives before it tries the first
 */
export function withWaiting(group: StuckGroup, events: readonly AcceptedFact[]): StuckGroup {
  const [first] = events;
  if (first === undefined) return group;
  const head = group.state === "stalled" ? headOf(first) : { messageId: group.messageId };
  const behind = events.filter(({ owner }) => owner !== head.messageId);
  return { ...group, ...head, behindAtLeast: Math.max(group.behindAtLeast, behind.length) };
}

function headOf({ owner, eventId, clientId, envelope }: AcceptedFact) {
  return { messageId: owner, eventId, clientId, type: envelope.type };
}

/** Where something that the group needs is down, that is why it stalls, whatever its last try ended with. */
export function withOutage(group: StuckGroup, outage: Outage | undefined): StuckGroup {
  if (group.state === "blocked" || outage === undefined) return group;
  return { ...group, why: outageText(outage), hints: ["processors go on by themselves once that works again"] };
}
