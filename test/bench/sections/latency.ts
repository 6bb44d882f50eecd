import type { Bench, Section } from "../bench-context.js";
import { median, percentile } from "../measure/statistics.js";
import { until } from "../measure/until.js";
import { end } from "../processes/end.js";
import { startEvp } from "../processes/evp.js";
import { count, decimal } from "../report/format.js";
import { drainClientQueues } from "../stack/client-queues.js";
import { withLocalStack } from "../stack/local-stack.js";
import { paceEvents } from "../stack/paced-sender.js";
import { createClient, openQueue } from "../stack/queue-access.js";
import { INGRESS_QUEUE, ordinalOf } from "../workload.js";
import { halfOf, LATENCY_LOAD, paceSeconds } from "./half-load.js";

interface Load {
  events: number;
  ratePerSecond: number;
}

interface PacedRun {
  p50Ms: number;
  p99Ms: number;
  eventsPerSecond: number;
}

const WARM_UP_SHARE = 0.25;
/** Bounds a run that hangs; the slowest machines take a good part of it for full load. */
const ARRIVAL_TIMEOUT_MS = 60_000;

/** From send to the client's queue, on the embedded stack, at half of the load that all who share the machine can take together. */
export async function measureLatency(bench: Bench): Promise<Section> {
  const { eventsPerSecond } = await runPaced(bench, fullLoad(bench));
  const ratePerSecond = halfOf(eventsPerSecond);
  bench.say(`${count(eventsPerSecond)} events/s at full load`);
  const load = { events: ratePerSecond * paceSeconds(bench), ratePerSecond };
  const runs: PacedRun[] = [];
  for (let index = 0; index < bench.runs; index++) {
    const run = await runPaced(bench, load);
    bench.say(`p50 ${decimal(run.p50Ms, 1)} ms, p99 ${decimal(run.p99Ms, 1)} ms`);
    runs.push(run);
  }
  const of = (figure: (run: PacedRun) => number) => decimal(median(runs.map(figure)), 1);
  return {
    title: "From send to the client's queue",
    notes: [
      `On the embedded stack, 1 client, 100 groups, 0.5 KB, ${count(ratePerSecond)} events/s; from the time at which an event is due to be sent to its arrival at a receiver on the client's queue. Sender, stack, evp and receiver share the machine, and do twice as many at full load.`,
    ],
    tables: [
      { columns: ["", "p50 ms", "p99 ms"], rows: [["evp", of(({ p50Ms }) => p50Ms), of(({ p99Ms }) => p99Ms)]] },
    ],
    data: { ratePerSecond, runs },
  };
}

/** Every event is due at once. */
function fullLoad({ isQuick }: Bench): Load {
  return { events: isQuick ? 6_000 : 16_000, ratePerSecond: 1e9 };
}

function runPaced(bench: Bench, { events, ratePerSecond }: Load): Promise<PacedRun> {
  return withLocalStack(LATENCY_LOAD.clients, async ({ home, endpoint }) => {
    const sqs = createClient(endpoint);
    const ingress = await openQueue(sqs, INGRESS_QUEUE);
    const over = new AbortController();
    const child = startEvp(home, ["process", "--quiet", "--endpoint-url", endpoint]);
    const arrivals = new Float64Array(events);
    let arrived = 0;
    const receiving = drainClientQueues(
      sqs,
      LATENCY_LOAD.clients,
      (eventId) => {
        arrivals[ordinalOf(eventId)] = performance.now();
        arrived++;
      },
      over.signal,
    );
    try {
      const pace = paceEvents(ingress, LATENCY_LOAD, { run: bench.nextRun(), events, ratePerSecond });
      await Promise.race([pace.send(), receiving]);
      await until(`${events} events on the client's queue`, () => arrived >= events, ARRIVAL_TIMEOUT_MS);
      const first = Math.floor(events * WARM_UP_SHARE);
      const latencies = arrivals.subarray(first).map((at, index) => at - pace.dueAt(first + index));
      return {
        p50Ms: percentile(latencies, 50),
        p99Ms: percentile(latencies, 99),
        eventsPerSecond: (events * 1000) / (arrivals.reduce((last, at) => Math.max(last, at)) - pace.dueAt(0)),
      };
    } finally {
      over.abort();
      await Promise.allSettled([receiving]);
      await end(child, "SIGKILL");
      sqs.destroy();
    }
  });
}
