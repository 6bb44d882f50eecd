/** Somebody who waits for a time. */
export interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
  /** It was woken early, and is only still in the heap. */
  isOver: boolean;
}

interface Placed extends Sleeper {
  ordinal: number;
}

export interface Sleepers {
  add(wakeAt: number, wake: () => void): Sleeper;
  /** Removes the next one, when its time is not after `untilMs`; those of the same time come in the order in which they lay down. */
  takeUntil(untilMs: number): Sleeper | undefined;
}

/** A binary heap by time. */
export function createSleepers(): Sleepers {
  const heap: Placed[] = [];
  let ordinals = 0;

  function isBefore(one: Placed, other: Placed): boolean {
    return one.wakeAt === other.wakeAt ? one.ordinal < other.ordinal : one.wakeAt < other.wakeAt;
  }

  function rise(sleeper: Placed): void {
    let index = heap.length;
    heap.push(sleeper);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !isBefore(sleeper, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = sleeper;
  }

  /** Puts `sleeper` where the first one was. */
  function sink(sleeper: Placed): void {
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      const right = heap[childIndex + 1];
      if (child === undefined) break;
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex += 1;
      }
      if (!isBefore(child, sleeper)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = sleeper;
  }

  function removeFirst(): void {
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) sink(last);
  }

  return {
    add(wakeAt, wake) {
      const sleeper = { wakeAt, wake, isOver: false, ordinal: ordinals++ };
      rise(sleeper);
      return sleeper;
    },
    takeUntil(untilMs) {
      for (let first = heap[0]; first !== undefined; first = heap[0]) {
        if (!first.isOver && first.wakeAt > untilMs) return undefined;
        removeFirst();
        if (!first.isOver) return first;
      }
      return undefined;
    },
  };
}
