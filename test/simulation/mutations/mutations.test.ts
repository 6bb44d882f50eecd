import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { runSeed } from "../run-seed.js";
import { bundleSimulation } from "../runner/bundle.js";
import { playSeeds } from "../runner/play-seeds.js";
import { mutating } from "./mutate.js";
import { MUTATIONS } from "./mutations.js";

const MOST_SEEDS = 3000;

it.each(MUTATIONS)(
  "the simulation finds out when $name",
  async (mutation) => {
    const bundle = await bundleSimulation([mutating(mutation)]);
    try {
      const played = await playSeeds({
        worker: bundle.worker,
        from: 1,
        count: MOST_SEEDS,
        threads: availableParallelism(),
        onProgress: ({ broken }, isEnough) => {
          if (broken.length > 0) isEnough();
        },
      });
      const [found] = played.broken;
      expect(found).toBeDefined();
      // It is the mistake that was found, and nothing that is wrong anyway.
      expect(await runSeed(found?.seed ?? 0)).toEqual([]);
    } finally {
      bundle.remove();
    }
  },
  300_000,
);
