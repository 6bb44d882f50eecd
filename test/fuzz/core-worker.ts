import { parentPort, workerData } from "node:worker_threads";
import { fuzzCore } from "./core-run.js";

/** What the thread is given: the run, and where it notes the body that it is at. */
export interface CoreWork {
  seed: number;
  bodies: number;
  place: Int32Array;
}

const { seed, bodies, place }: CoreWork = workerData;
parentPort?.postMessage(fuzzCore(seed, bodies, (serial) => Atomics.store(place, 0, serial)));
