import { Worker } from "node:worker_threads";
import { addCounts, type Counts } from "../coverage/coverage.js";

/** So many seeds from the first one on. */
export interface SeedRange {
  from: number;
  count: number;
}

export interface BrokenSeed {
  seed: number;
  promises: string[];
}

/** What came of a range of seeds. */
export interface Played extends SeedRange {
  /** Seeds that broke a promise, lowest first. */
  broken: BrokenSeed[];
  counts: Counts;
}

interface PlayOptions extends SeedRange {
  /** The bundle that plays. */
  worker: string;
  threads: number;
  /** Told after each part. `isEnough`: play no more */
  onProgress?: (played: Played, isEnough: () => void) => void;
}

/** Small enough for the threads to end at about the same time. */
const SEEDS_A_PART = 25;

/** Plays seeds in threads, each of which takes the next ones when it is done. */
export async function playSeeds({ worker, from, count, threads, onProgress }: PlayOptions): Promise<Played> {
  const sum: Played = { from, count: 0, broken: [], counts: {} };
  let next = from;
  let end = from + count;
  const takeNext = (): SeedRange | undefined => {
    const part = { from: next, count: Math.min(SEEDS_A_PART, end - next) };
    next += part.count;
    return part.count > 0 ? part : undefined;
  };
  const note = (part: Played) => {
    sum.count += part.count;
    sum.broken.push(...part.broken);
    sum.broken.sort((one, other) => one.seed - other.seed);
    addCounts(sum.counts, part.counts);
    onProgress?.(sum, () => {
      end = next;
    });
  };
  await Promise.all(Array.from({ length: threads }, () => playInThread(worker, takeNext, note)));
  return sum;
}

function playInThread(
  path: string,
  takeNext: () => SeedRange | undefined,
  note: (part: Played) => void,
): Promise<void> {
  const thread = new Worker(path);
  const done = new Promise<void>((resolve, reject) => {
    const goOn = () => {
      const part = takeNext();
      if (part === undefined) resolve();
      else thread.postMessage(part);
    };
    thread.on("error", reject);
    thread.on("message", (part: Played) => {
      note(part);
      goOn();
    });
    goOn();
  });
  return done.finally(() => thread.terminate());
}
