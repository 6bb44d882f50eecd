import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue } from "../../ports/queue.js";
import type { BlockedGroups } from "./blocked-groups.js";
import type { HeldMessage } from "./held-message.js";

/** The queue's counts are approximate, so one look is not enough ("GetQueueAttributes"). */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 250;
/** Polls in a row that bring nothing new, after which all that is visible is taken to lie behind blocked groups. */
const FRUITLESS_POLLS = 2;

/** Finds out when there is nothing left to drain: nothing is on the queue, or nothing but blocked groups. */
export interface Drain {
  /** A poll has come back. */
  polled(messages: Pick<HeldMessage, "message">[]): void;
  /** The last poll brought nothing, or nothing but blocked groups that came again: a look may be worth it. */
  readonly isDry: boolean;
  /** From here on one poll at a time is to tell, begun while nothing is held, which would hide the rest of its group. Where blocked groups are many, one or another always comes again. */
  readonly isNear: boolean;
  /** Looks, while nothing is held, whether nothing is visible, in flight (here or elsewhere) or delayed, or nothing but what is blocked here and what lies behind it. */
  isOver(): Promise<boolean>;
}

/** `locked`: what is in flight is what this processor has found blocked and handed back. */
type Left = "nothing" | "locked" | "more";

interface DrainParts {
  ingress: Pick<Queue, "depth">;
  blocked: BlockedGroups;
  clock: Clock;
  stopping: AbortSignal;
}

export function createDrain({ ingress, blocked, clock, stopping }: DrainParts): Drain {
  let isDry = false;
  let isLocked = false;
  /** While it was locked. */
  let fruitlessPolls = 0;
  let changesSeen = 0;

  async function look(): Promise<Left> {
    try {
      const { visible, inFlight, delayed } = await ingress.depth();
      if (visible + inFlight + delayed === 0) return "nothing";
      const isBlocked = blocked.size > 0 && blocked.changes === changesSeen;
      return isBlocked && inFlight + delayed <= blocked.away().length ? "locked" : "more";
    } catch (error) {
      if (isCallError(error)) return "more";
      throw error;
    }
  }

  /** What every one of several looks says. */
  async function lookSeveralTimes(): Promise<Left> {
    const first = await look();
    for (let looks = 1; looks < LOOKS && first !== "more"; looks++) {
      await clock.sleep(BETWEEN_LOOKS_MS, stopping);
      if (stopping.aborted || (await look()) !== first) return "more";
    }
    return first;
  }

  return {
    polled(messages) {
      isDry = messages.every(({ message }) => blocked.has(message.groupId));
      if (!isDry) isLocked = false;
      changesSeen = blocked.changes;
      fruitlessPolls = isLocked ? fruitlessPolls + 1 : 0;
    },
    get isDry() {
      return isDry;
    },
    get isNear() {
      return isDry && blocked.size > 0;
    },
    async isOver() {
      const left = await lookSeveralTimes();
      isLocked = left === "locked";
      if (left === "nothing") blocked.clear();
      return left === "nothing" || (isLocked && fruitlessPolls >= FRUITLESS_POLLS);
    },
  };
}
