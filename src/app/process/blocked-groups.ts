import type { Clock } from "../../ports/clock.js";
import type { BlockedFacts, LeftBlocked, ProcessListener } from "./events.js";
import type { HeldMessage } from "./held-message.js";

/** The groups that wait for an operator, as far as this processor knows: it has found them blocked, and has heard nothing else since. */
export interface BlockedGroups {
  readonly size: number;
  list(): LeftBlocked[];
  has(groupId: string): boolean;
  /** Its head cannot pass. */
  add(facts: BlockedFacts): void;
  /** It went back to the queue, with these receipt handles: they stay invisible for so long. */
  handedBack(groupId: string, receiptHandles: string[], seconds: number): void;
  /** A message has got its outcome: what blocked its group before it was received does so no more. */
  passed(held: HeldMessage): void;
  /** Nothing is on the queue. */
  clear(): void;
  /** Receipt handles of what was handed back and is invisible still, each group's in its order. */
  away(): string[];
  /** Grows whenever a group joins or leaves. */
  readonly changes: number;
}

interface Blocked {
  head: LeftBlocked;
  /** When it was found blocked last, and until when it stays away: ms of the monotonic clock. */
  at: number;
  until: number;
  receiptHandles: string[];
}

/** Once its delay is over, a group comes to whoever polls: one that has not come here for so long goes to another processor, or nowhere. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

export function createBlockedGroups({ clock, tell }: { clock: Clock; tell: ProcessListener }): BlockedGroups {
  const groups = new Map<string, Blocked>();
  let changes = 0;
  let sweepAt = 0;

  function leave(groupId: string): void {
    if (!groups.delete(groupId)) return;
    changes++;
    tell("group:unblocked", { groupId });
  }

  function sweep(now: number): void {
    if (now < sweepAt) return;
    sweepAt = now + FORGOTTEN_AFTER_MS;
    for (const [groupId, { until }] of groups) if (until + FORGOTTEN_AFTER_MS < now) leave(groupId);
  }

  return {
    get size() {
      return groups.size;
    },
    get changes() {
      return changes;
    },
    list: () => [...groups.values()].map(({ head }) => head),
    has: (groupId) => groups.has(groupId),
    add(facts) {
      const { groupId, clientId, reason } = facts;
      const now = clock.monotonic();
      sweep(now);
      if (!groups.has(groupId)) changes++;
      groups.set(groupId, { head: { groupId, clientId, reason }, at: now, until: now, receiptHandles: [] });
      tell("group:blocked", facts);
    },
    handedBack(groupId, receiptHandles, seconds) {
      const group = groups.get(groupId);
      if (group === undefined) return;
      group.until = clock.monotonic() + seconds * 1000;
      group.receiptHandles = receiptHandles;
    },
    passed({ message, received }) {
      const group = groups.get(message.groupId);
      // A message that was ahead of the head may be recorded and deleted only now.
      if (group !== undefined && received.monotonic > group.at) leave(message.groupId);
    },
    clear() {
      for (const groupId of [...groups.keys()]) leave(groupId);
    },
    away() {
      const now = clock.monotonic();
      return [...groups.values()].flatMap(({ until, receiptHandles }) => (until > now ? receiptHandles : []));
    },
  };
}
