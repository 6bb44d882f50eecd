import { parentPort } from "node:worker_threads";
import type { Counts } from "../coverage/coverage.js";
import { runSeed } from "../run-seed.js";
import type { Played, SeedRange } from "./play-seeds.js";

/** Plays the seeds that it is asked for, range by range. */
parentPort?.on("message", async ({ from, count }: SeedRange) => {
  const broken: Played["broken"] = [];
  const counts: Counts = {};
  for (let seed = from; seed < from + count; seed++) {
    const promises = await runSeed(seed, counts);
    if (promises.length > 0) broken.push({ seed, promises });
  }
  const played: Played = { from, count, broken, counts };
  parentPort?.postMessage(played);
});
