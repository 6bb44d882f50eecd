import type { Counts } from "./coverage/coverage.js";
import { createFaultCounter } from "./coverage/fault-counter.js";
import { createRaceCounter } from "./coverage/race-counter.js";
import { play } from "./schedule/play.js";
import { createTrace } from "./trace.js";
import { World } from "./world.js";

/**
 * Plays the schedule of a seed to its end. The same seed plays the same schedule, call by call.
 *
 * @param counts - what is met on the way is added here
 * @returns what is wrong; nothing, when every promise held
 */
export async function runSeed(seed: number, counts: Counts = {}): Promise<string[]> {
  const world = new World(seed, {
    observers: (parts) => [createFaultCounter(counts), createRaceCounter({ counts, ...parts })],
  });
  await play(world, counts);
  return world.verdict();
}

/** Plays the same schedule, and tells all of it, a line for each thing that happens. */
export async function traceSeed(seed: number): Promise<{ broken: string[]; lines: string[] }> {
  const trace = createTrace();
  const world = new World(seed, {
    note: trace.note,
    observers: (parts) => {
      trace.attach(parts.clock, parts.stack);
      return [trace];
    },
  });
  await play(world, {});
  return { broken: world.verdict(), lines: trace.lines };
}
