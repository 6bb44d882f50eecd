import { below, pick } from "../random.js";
import type { Run } from "../run.js";
import { MAX_CLOCK_ERROR_MS, MINUTE, SECOND } from "../times.js";
import type { World } from "../world.js";

/** Operators change what client-3 may have, at random moments of the span. */
export function changeClients(world: World, spanMs: number): void {
  const { random, clock } = world;
  for (let index = below(random, 8); index > 0; index--) {
    const changes = pick(random, [
      { active: false },
      { active: false },
      { active: true },
      { active: true },
      { allowedTypes: ["transaction"] },
      { allowedTypes: ["monitoring"] },
      { allowedTypes: ["transaction", "monitoring"] },
      { poisonPolicy: "block" as const },
      { poisonPolicy: "skip" as const },
    ]);
    void clock.sleep(below(random, spanMs)).then(() => {
      if (world.isTroubled) world.changeClient("client-3", changes);
    });
  }
}

/** Processors are killed, frozen, stopped, and their clocks are set, at random moments of the span. */
export function disturbRuns(world: World, spanMs: number): void {
  const { random, clock } = world;
  for (let index = below(random, 5); index > 0; index--) {
    const disturb = pick(random, DISTURBANCES);
    void clock.sleep(below(random, spanMs)).then(() => {
      const living = world.runs.filter(({ goneAt }) => goneAt === undefined);
      if (world.isTroubled && living.length > 0) disturb(world, pick(random, living));
    });
  }
}

const DISTURBANCES: ((world: World, run: Run) => void)[] = [
  (world, run) => world.kill(run),
  (world, run) => void world.stop(run),
  (world, run) => void world.stop(run, { isForced: true }),
  (world, run) => world.freeze(run, pick(world.random, [5 * SECOND, 50 * SECOND, 7 * MINUTE])),
  (world, run) => {
    run.wallShiftMs = pick(world.random, [-MAX_CLOCK_ERROR_MS, -2 * SECOND, 0, 2 * SECOND, MAX_CLOCK_ERROR_MS]);
    world.note(`the clock of ${run.name} is set to ${run.wallShiftMs / SECOND} s off`);
  },
];
