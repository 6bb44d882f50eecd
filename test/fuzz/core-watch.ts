import { Worker } from "node:worker_threads";
import { type CoreReport, coreBody } from "./core-run.js";
import type { CoreWork } from "./core-worker.js";

/** No body that core is ever done with takes anywhere near as long, on whatever machine. */
const STUCK_AFTER_MS = 30_000;

/** As `fuzzCore`, in a thread that is ended when core never comes back from a body: a pattern that backtracks would not in years. */
export async function fuzzCoreWatched(seed: number, bodies: number): Promise<CoreReport> {
  const place = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: CoreWork = { seed, bodies, place };
  const worker = new Worker(new URL("./core-worker.ts", import.meta.url), { workerData });
  let last = -1;
  return new Promise<CoreReport>((resolve, reject) => {
    const watch = setInterval(() => {
      const serial = Atomics.load(place, 0);
      if (serial === last) resolve(stuckAt(seed, serial));
      last = serial;
    }, STUCK_AFTER_MS);
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => clearInterval(watch));
  }).finally(() => worker.terminate());
}

function stuckAt(seed: number, serial: number): CoreReport {
  const failure = { serial, made: coreBody(seed, serial), got: `no answer in ${STUCK_AFTER_MS} ms` };
  return { passed: serial, failures: [failure], rows: new Map(), grownBytes: 0, isFlat: true };
}
