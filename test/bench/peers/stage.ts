interface StageOptions<Entry> {
  maxEntries: number;
  /** At most one entry of a lane is in a call at any time, and the next one only when that is over. */
  laneOf: (entry: Entry) => string;
  call: (entries: Entry[]) => Promise<unknown>;
  next: (entries: Entry[]) => void;
}

/**
 * Gathers entries into batch calls and does nothing else. A call goes when it is full, or when none of its kind is under
 * way: the others gather meanwhile.
 */
export function createStage<Entry>({
  maxEntries,
  laneOf,
  call,
  next,
}: StageOptions<Entry>): (entries: Entry[]) => void {
  let waiting: Entry[] = [];
  const busy = new Set<string>();
  let underWay = 0;
  let isScheduled = false;

  function start(): void {
    isScheduled = false;
    for (let entries = firstOfLanes(); entries.length > 0; entries = firstOfLanes()) {
      if (entries.length < maxEntries && underWay > 0) return;
      const taken = new Set(entries);
      waiting = waiting.filter((entry) => !taken.has(entry));
      for (const entry of entries) busy.add(laneOf(entry));
      underWay++;
      void call(entries).then(() => end(entries));
    }
  }

  function firstOfLanes(): Entry[] {
    const lanes = new Set(busy);
    const entries: Entry[] = [];
    for (const entry of waiting) {
      if (entries.length === maxEntries) break;
      const lane = laneOf(entry);
      if (lanes.has(lane)) continue;
      lanes.add(lane);
      entries.push(entry);
    }
    return entries;
  }

  function end(entries: Entry[]): void {
    underWay--;
    for (const entry of entries) busy.delete(laneOf(entry));
    next(entries);
    schedule();
  }

  /** After whatever else this turn of the event loop brings. */
  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(start);
  }

  return (entries) => {
    waiting.push(...entries);
    schedule();
  };
}
