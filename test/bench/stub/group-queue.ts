const UNSENT = 0;
const VISIBLE = 1;
const IN_FLIGHT = 2;
const GONE = 3;

/**
 * A FIFO queue of messages known by their ordinals; ordinal `o` is of group `o % groups`. It hands out as AWS says ("FIFO
 * queue delivery logic in Amazon SQS"): as many of one group as fit, up to the first that is invisible, then other groups.
 * A few bytes a message and no search, so that it is never what is measured. Leases do not run out: runs are shorter.
 */
export interface GroupQueue {
  /** Puts the next so many messages on the queue. */
  send(count: number): void;
  take(max: number): number[];
  /** Makes a message that is in flight visible again. */
  release(ordinal: number): void;
  delete(ordinal: number): void;
  depth(): { visible: number; inFlight: number };
}

export function createGroupQueue(groups: number, total: number): GroupQueue {
  const states = new Uint8Array(total);
  /** Per group, the oldest message that is still there. */
  const heads = Array.from({ length: groups }, (_, group) => group);
  const ready = new Set<number>();
  let sent = 0;
  let inFlight = 0;
  let gone = 0;

  function lineUp(group: number): void {
    while (states[heads[group] ?? total] === GONE) heads[group] = (heads[group] ?? 0) + groups;
    if (states[heads[group] ?? total] === VISIBLE) ready.add(group);
    else ready.delete(group);
  }

  function takeOfGroup(group: number, max: number): number[] {
    const taken: number[] = [];
    for (let ordinal = heads[group] ?? total; states[ordinal] === VISIBLE && taken.length < max; ordinal += groups) {
      states[ordinal] = IN_FLIGHT;
      taken.push(ordinal);
    }
    inFlight += taken.length;
    return taken;
  }

  return {
    send(count) {
      for (const end = Math.min(total, sent + count); sent < end; sent++) {
        states[sent] = VISIBLE;
        lineUp(sent % groups);
      }
    },
    take(max) {
      const taken: number[] = [];
      for (const group of ready) {
        if (taken.length === max) break;
        taken.push(...takeOfGroup(group, max - taken.length));
        ready.delete(group);
      }
      return taken;
    },
    release(ordinal) {
      if (states[ordinal] !== IN_FLIGHT) return;
      states[ordinal] = VISIBLE;
      inFlight--;
      lineUp(ordinal % groups);
    },
    delete(ordinal) {
      if (states[ordinal] === GONE || states[ordinal] === UNSENT) return;
      if (states[ordinal] === IN_FLIGHT) inFlight--;
      states[ordinal] = GONE;
      gone++;
      lineUp(ordinal % groups);
    },
    depth: () => ({ visible: sent - gone - inFlight, inFlight }),
  };
}
