import { setTimeout as sleep } from "node:timers/promises";
import { usageOf } from "../measure/process-usage.js";
import { end } from "../processes/end.js";
import { startEvp } from "../processes/evp.js";
import { drainClientQueues } from "../stack/client-queues.js";
import { fill } from "../stack/fill.js";
import { withLocalStack } from "../stack/local-stack.js";
import { createClient, openQueue, type QueueAccess } from "../stack/queue-access.js";
import { INGRESS_QUEUE, type Workload } from "../workload.js";
import { type Arrivals, createArrivals } from "./arrivals.js";

/** Memory at one moment. */
export interface MemorySample {
  arrived: number;
  atSeconds: number;
  processorMb: number;
  stackMb: number;
}

export interface SoakResult {
  events: number;
  arrivals: Arrivals;
  seconds: number;
  samples: MemorySample[];
}

const WORKLOAD: Workload = { clients: 3, groups: 100, bodyBytes: 500, delayMs: 0 };
/** Enough that evp never waits, and no more: the queue's length is not what is to be seen. */
const BACKLOG = 2_000;
const SAMPLE_EVERY_MS = 1_000;
const SAY_EVERY = 15;
const SLICE = 200;
const NO_PROGRESS_MS = 60_000;

/** Sends events while evp publishes them and the clients take them. @throws when nothing arrives for a minute */
export function runSoak(events: number, say: (text: string) => void): Promise<SoakResult> {
  return withLocalStack(WORKLOAD.clients, async ({ home, endpoint, pid }) => {
    const sqs = createClient(endpoint);
    const ingress = await openQueue(sqs, INGRESS_QUEUE);
    const arrivals = createArrivals(WORKLOAD, events);
    const over = new AbortController();
    const evp = startEvp(home, ["process", "--quiet", "--endpoint-url", endpoint]);
    const work = Promise.all([
      send(ingress, arrivals, events, over.signal),
      drainClientQueues(sqs, WORKLOAD.clients, arrivals.add, over.signal),
    ]);
    const startedAt = performance.now();
    const secondsSoFar = () => (performance.now() - startedAt) / 1000;
    try {
      const watching = watchMemory(
        arrivals,
        events,
        () => ({
          arrived: arrivals.arrived,
          atSeconds: secondsSoFar(),
          processorMb: rssMb(evp.pid ?? 0),
          stackMb: rssMb(pid),
        }),
        say,
      );
      // The work goes on until it is over, unless it fails.
      const samples = await Promise.race([watching, work.then(() => [])]);
      return { events, arrivals: { ...arrivals }, seconds: secondsSoFar(), samples };
    } finally {
      over.abort();
      await Promise.allSettled([work]);
      await end(evp, "SIGTERM");
      sqs.destroy();
    }
  });
}

async function send(ingress: QueueAccess, arrivals: Arrivals, events: number, over: AbortSignal): Promise<void> {
  for (let from = 0; from < events && !over.aborted; ) {
    if (from - arrivals.arrived > BACKLOG) await sleep(20);
    else {
      const to = Math.min(events, from + SLICE);
      await fill(ingress, WORKLOAD, { run: 1, from, to });
      from = to;
    }
  }
}

/** Samples until every event has arrived. */
async function watchMemory(
  arrivals: Arrivals,
  events: number,
  sample: () => MemorySample,
  say: (text: string) => void,
): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  let lastArrivalAt = performance.now();
  while (arrivals.arrived < events) {
    const { arrived } = arrivals;
    await sleep(SAMPLE_EVERY_MS);
    if (arrivals.arrived > arrived) lastArrivalAt = performance.now();
    if (performance.now() > lastArrivalAt + NO_PROGRESS_MS) throw new Error(`only ${arrivals.arrived} events arrived`);
    const latest = sample();
    samples.push(latest);
    if (samples.length % SAY_EVERY === 0) say(describe(latest));
  }
  return samples;
}

function describe({ arrived, atSeconds, processorMb, stackMb }: MemorySample): string {
  const rate = Math.round(arrived / atSeconds);
  return `${Math.round(atSeconds)} s  ${arrived} events, ${rate}/s, evp ${Math.round(processorMb)} MB, stack ${Math.round(stackMb)} MB`;
}

function rssMb(pid: number): number {
  return usageOf(pid).rssBytes / 1024 ** 2;
}
