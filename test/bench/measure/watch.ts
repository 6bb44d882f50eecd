import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { usageOf } from "./process-usage.js";

/** What the server of a run says about it so far. */
export interface Standing {
  /** Events done. */
  done: number;
  /** Calls by operation; empty where the server does not count them. */
  calls: Record<string, number>;
  /** CPU time of the server itself. */
  serverCpuMs: number;
}

/** What a process did while it was watched, its beginning left out. */
export interface Figures {
  eventsPerSecond: number;
  cpuMsPerEvent: number;
  peakRssMb: number;
  /** By operation; empty where the server does not count them. */
  callsPerEvent: Record<string, number>;
  /** Share of the time in which the server was busy: near 1, it is the server that was measured. */
  serverBusy: number;
}

export interface WatchOptions {
  child: ChildProcess;
  standing: () => Promise<Standing>;
  /** How long it runs before it counts, from the first event done: code is still being compiled. */
  warmUpMs: number;
  measureMs: number;
  /** There is not enough work left after so many events. */
  enough: number;
  /** Between two looks, where a look costs the server something. */
  everyMs?: number;
}

const EVERY_MS = 50;
const START_TIMEOUT_MS = 20_000;

interface Sample extends Standing {
  atMs: number;
  cpuMs: number;
  peakRssBytes: number;
}

/** Watches a process at work. @throws when it ends, does nothing, or has too little to do */
export async function watch(options: WatchOptions): Promise<Figures> {
  const { warmUpMs, measureMs, enough } = options;
  const begun = await sampleUntil(options, ({ done }) => done > 0, START_TIMEOUT_MS);
  const first = await sampleUntil(options, ({ atMs }) => atMs >= begun.atMs + warmUpMs, warmUpMs * 2);
  const isOver = ({ atMs, done }: Sample) => atMs >= first.atMs + measureMs || done >= enough;
  const last = await sampleUntil(options, isOver, measureMs * 2);
  if (last.done <= first.done || last.atMs < first.atMs + measureMs / 4) throw new Error("there was too little to do");
  return figuresBetween(first, last);
}

async function sampleUntil(
  { child, standing, everyMs = EVERY_MS }: WatchOptions,
  isReached: (sample: Sample) => boolean,
  timeoutMs: number,
): Promise<Sample> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const now = await standing();
    if (child.pid === undefined || child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const { cpuMs, peakRssBytes } = usageOf(child.pid);
    const sample = { ...now, atMs: performance.now(), cpuMs, peakRssBytes };
    if (isReached(sample)) return sample;
    if (performance.now() > deadline) throw new Error(`nothing more within ${timeoutMs} ms, after ${now.done} events`);
    await sleep(everyMs);
  }
}

function figuresBetween(first: Sample, last: Sample): Figures {
  const done = last.done - first.done;
  const elapsedMs = last.atMs - first.atMs;
  const made = Object.entries(last.calls).map(([operation, count]): [string, number] => [
    operation,
    (count - (first.calls[operation] ?? 0)) / done,
  ]);
  return {
    eventsPerSecond: (done * 1000) / elapsedMs,
    cpuMsPerEvent: (last.cpuMs - first.cpuMs) / done,
    peakRssMb: last.peakRssBytes / 1024 ** 2,
    callsPerEvent: Object.fromEntries(made.filter(([, perEvent]) => perEvent > 0)),
    serverBusy: (last.serverCpuMs - first.serverCpuMs) / elapsedMs,
  };
}
