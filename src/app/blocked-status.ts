import { type BlockedGroup, hasOutcome } from "../core/blocked-group.js";
import { addressOf } from "../core/make-facts.js";
import type { Clock } from "../ports/clock.js";
import type { Journal } from "../ports/journal.js";
import { controlCall } from "./control-calls.js";

interface BlockedPorts {
  journal: Pick<Journal, "blockedGroups" | "read">;
  clock: Clock;
}

/** A blocked group in `evp status --json`. Times are ISO 8601. */
export interface BlockedView {
  groupId: string;
  clientId: string;
  /** null: the body names none, or an invalid one. */
  eventId: string | null;
  type: string | null;
  /** The message at the head of the group. */
  messageId: string;
  reason: string;
  detail: string;
  since: string;
  lastTriedAt: string;
}

/** Groups asked about at once. */
const ASKED_AT_ONCE = 10;

/** The groups that wait for an operator, those that have waited longest first. What has got its outcome since blocks nothing any more. */
export async function readBlocked({ journal, clock }: BlockedPorts): Promise<BlockedView[]> {
  const noted = await controlCall(clock, () => journal.blockedGroups(clock.now()));
  noted.sort((one, other) => one.since - other.since);
  const views: BlockedView[] = [];
  for (let start = 0; start < noted.length; start += ASKED_AT_ONCE) {
    const asked = noted.slice(start, start + ASKED_AT_ONCE);
    const isOver = await Promise.all(asked.map((group) => controlCall(clock, () => isOverNow(journal, group))));
    views.push(...asked.filter((_, index) => !isOver[index]).map(toView));
  }
  return views;
}

async function isOverNow(journal: Pick<Journal, "read">, group: BlockedGroup): Promise<boolean> {
  const { eventId: id, clientId, messageId } = group;
  return hasOutcome(await journal.read(addressOf({ id, clientId }, messageId)), messageId);
}

function toView({ eventId, type, since, lastTriedAt, ...group }: BlockedGroup): BlockedView {
  return {
    ...group,
    eventId: eventId ?? null,
    type: type ?? null,
    since: new Date(since).toISOString(),
    lastTriedAt: new Date(lastTriedAt).toISOString(),
  };
}
