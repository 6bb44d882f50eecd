import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import autocannon from "autocannon";
import type { Bench, Section } from "../bench-context.js";
import { freePort } from "../emulators/free-port.js";
import { type BenchIssuer, openIssuer } from "../gateway/issuer.js";
import { usageOf } from "../measure/process-usage.js";
import { median } from "../measure/statistics.js";
import { bundled } from "../processes/bundled.js";
import { end } from "../processes/end.js";
import { startEvp } from "../processes/evp.js";
import { withHome } from "../processes/home.js";
import { count, decimal, times } from "../report/format.js";
import { type Stub, startStub } from "../stub/start-stub.js";
import { eventAt } from "../workload.js";

const CONNECTIONS = 50;
const SECONDS = 10;
const QUICK_SECONDS = 2;
const WARM_UP_SECONDS = 2;
const PRODUCERS = 10;
const LOAD = { clients: 1, groups: 400, bodyBytes: 500 };
/** Different requests of each connection, so that no two of them stand in each other's group. */
const REQUESTS_EACH = LOAD.groups / CONNECTIONS;

const BARE = "bare Fastify route";
const GATEWAY = "evp gateway";

interface Measured {
  perSecond: number;
  /** CPU time of the server alone, a request; microseconds. */
  cpuUs: number;
  p50Ms: number;
  p99Ms: number;
}

/** Requests that the gateway answers, each with a token that is checked and an event that is put onto the stub's queue, beside a route of Fastify's that does nothing. */
export async function measureGateway(bench: Bench): Promise<Section> {
  const [stub, issuer] = await Promise.all([startStub(), openIssuer()]);
  try {
    await stub.load({ workload: { ...LOAD, delayMs: 0 }, run: bench.nextRun(), events: 0 });
    const taken = new Map<string, Measured[]>();
    for (let run = 1; run <= bench.runs; run++) {
      for (const [name, start] of [[BARE, startBare] as const, [GATEWAY, startGateway(stub, issuer)] as const]) {
        bench.say(`gateway: ${name}, run ${run} of ${bench.runs}`);
        const measured = await start((url, pid) => measure(bench, url, pid, issuer));
        taken.set(name, [...(taken.get(name) ?? []), measured]);
      }
    }
    const { deadLettered: sent, calls } = await stub.progress();
    return sectionOf(taken, bench.runs, sent / (calls.SendMessageBatch ?? 1));
  } finally {
    stub.stop();
    issuer.close();
  }
}

type Start = (work: (url: string, pid: number) => Promise<Measured>) => Promise<Measured>;

const startBare: Start = async (work) => {
  const child = fork(bundled("bare-route"));
  try {
    const [{ port }] = await once(child, "message");
    return await work(`http://127.0.0.1:${port}`, child.pid ?? 0);
  } finally {
    await end(child, "SIGKILL");
  }
};

function startGateway(stub: Stub, issuer: BenchIssuer): Start {
  return async (work) => {
    const port = await freePort();
    const gateway = { port, issuers: [{ issuer: issuer.url, jwksUri: issuer.jwksUri }], ratePerSecond: 1e9 };
    return withHome({ gateway }, async (home) => {
      const child = startEvp(home, ["gateway", "--quiet", "--endpoint-url", stub.endpoint]);
      try {
        const url = `http://127.0.0.1:${port}`;
        await untilReady(url, child);
        return await work(url, child.pid ?? 0);
      } finally {
        await end(child, "SIGTERM");
      }
    });
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the gateway did not start");
}

async function measure(bench: Bench, url: string, pid: number, issuer: BenchIssuer): Promise<Measured> {
  const tokens = await Promise.all(
    Array.from({ length: PRODUCERS }, (_, index) => issuer.tokenFor(`producer-${index + 1}`)),
  );
  const shoot = (duration: number) => {
    let connection = 0;
    return autocannon({
      url,
      connections: CONNECTIONS,
      duration,
      setupClient(client) {
        const first = connection++ * REQUESTS_EACH;
        const requests = Array.from({ length: REQUESTS_EACH }, (_, index) => {
          const authorization = `Bearer ${tokens[(first + index) % PRODUCERS]}`;
          const headers = { authorization, "content-type": "application/json" };
          return { method: "POST" as const, path: "/v1/events", headers, body: eventAt(LOAD, 1, first + index).body };
        });
        client.setRequests(requests);
      },
    });
  };
  await shoot(WARM_UP_SECONDS);
  const before = usageOf(pid).cpuMs;
  const { requests, latency, non2xx, errors, timeouts } = await shoot(bench.isQuick ? QUICK_SECONDS : SECONDS);
  if (non2xx + errors + timeouts > 0) throw new Error(`${non2xx} not taken, ${errors} errors, ${timeouts} timeouts`);
  const cpuUs = ((usageOf(pid).cpuMs - before) * 1000) / requests.total;
  return { perSecond: requests.average, cpuUs, p50Ms: latency.p50, p99Ms: latency.p99 };
}

function sectionOf(taken: Map<string, Measured[]>, runs: number, eventsPerCall: number): Section {
  const of = (name: string, figure: (measured: Measured) => number) => median((taken.get(name) ?? []).map(figure));
  const bare = of(BARE, ({ perSecond }) => perSecond);
  const rows = [...taken.keys()].map((name) => {
    const perSecond = of(name, (measured) => measured.perSecond);
    const p50 = of(name, ({ p50Ms }) => p50Ms);
    const cpu = of(name, ({ cpuUs }) => cpuUs);
    const p99 = of(name, ({ p99Ms }) => p99Ms);
    return [name, count(perSecond), times(perSecond, bare), decimal(p50, 0), decimal(p99, 0), decimal(cpu, 0)];
  });
  return {
    title: "Gateway",
    notes: [
      `${CONNECTIONS} connections, one event of 500 bytes a request, medians of ${runs}, taken in turn. The gateway checks each request's token (RS256, ${PRODUCERS} producers; a token that was found good is known again by its hash), judges the event by its schema, and answers when the stub's queue has it. One call to the queue took ${decimal(eventsPerCall, 1)} events. The stub answers at once; it and whoever sends share the machine's cores with what is measured.`,
    ],
    tables: [{ columns: ["what", "requests/s", "is", "p50 ms", "p99 ms", "CPU µs"], rows }],
    data: Object.fromEntries(taken),
  };
}
