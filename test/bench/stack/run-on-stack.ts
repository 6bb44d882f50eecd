import type { Bench } from "../bench-context.js";
import { usageOf } from "../measure/process-usage.js";
import { type Figures, watch } from "../measure/watch.js";
import { ENOUGH_SHARE, windowsOf } from "../measure/windows.js";
import { type Contender, startContender } from "../processes/contenders.js";
import { end } from "../processes/end.js";
import { clientIds, clientQueue, INGRESS_QUEUE, type Workload } from "../workload.js";
import { fill } from "./fill.js";
import { type StoreConfig, withLocalStack } from "./local-stack.js";
import { createClient, openQueue } from "./queue-access.js";

/** Each look asks for the depth of every client's queue. */
const EVERY_MS = 200;

/** Lets a contender work on a load that is all on a fresh embedded stack's ingress queue when it starts. */
export function runOnStack(
  bench: Bench,
  contender: Contender,
  row: Workload & { events: number },
  store?: StoreConfig,
): Promise<Figures> {
  return withLocalStack(
    row.clients,
    async ({ home, endpoint, pid }) => {
      const sqs = createClient(endpoint);
      const ingress = await openQueue(sqs, INGRESS_QUEUE);
      const clientQueues = await Promise.all(clientIds(row.clients).map((id) => openQueue(sqs, clientQueue(id))));
      await fill(ingress, row, { run: bench.nextRun(), to: row.events });
      const child = startContender(contender, { endpoint, clients: row.clients }, home);
      try {
        const standing = async () => {
          // Nobody takes from the clients' queues: what is on them is what has been published.
          const depths = await Promise.all(clientQueues.map((queue) => queue.depth()));
          const done = depths.reduce((sum, depth) => sum + depth, 0);
          return { done, calls: {}, serverCpuMs: usageOf(pid).cpuMs };
        };
        return await watch({
          child,
          standing,
          ...windowsOf(bench),
          enough: row.events * ENOUGH_SHARE,
          everyMs: EVERY_MS,
        });
      } finally {
        await end(child, "SIGKILL");
        sqs.destroy();
      }
    },
    store,
  );
}
