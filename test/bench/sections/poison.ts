import type { Bench, Section } from "../bench-context.js";
import { median } from "../measure/statistics.js";
import { until } from "../measure/until.js";
import { end } from "../processes/end.js";
import { startEvp } from "../processes/evp.js";
import { withHome } from "../processes/home.js";
import { count, decimal, times } from "../report/format.js";
import type { Latency, Load } from "../stub/protocol.js";
import { runOnStub } from "../stub/run-on-stub.js";
import { type Stub, startStub } from "../stub/start-stub.js";
import { halfOf, LATENCY_LOAD, paceSeconds } from "./half-load.js";

type Poison = NonNullable<Load["poison"]> | "none";

const POISONS: Record<Poison, string> = {
  none: "no poisoned group",
  rejected: "one group whose events are all rejected",
  unpublishable: "one group that its topic does not take",
};
const KINDS: Poison[] = ["none", "rejected", "unpublishable"];

/** How the other groups fare beside a poisoned one, at half of what evp can do on the stub. */
export async function measurePoison(bench: Bench): Promise<Section> {
  const stub = await startStub();
  try {
    const pilot = await runOnStub(stub, bench, "evp", { ...LATENCY_LOAD, events: 60_000 });
    const ratePerSecond = halfOf(pilot.eventsPerSecond);
    const runs: Record<Poison, Latency[]> = { none: [], rejected: [], unpublishable: [] };
    for (let index = 0; index < bench.runs; index++) {
      for (const kind of KINDS) runs[kind].push(await runPaced(stub, bench, kind, ratePerSecond));
    }
    return sectionOf(runs, ratePerSecond);
  } finally {
    stub.stop();
  }
}

async function runPaced(stub: Stub, bench: Bench, kind: Poison, ratePerSecond: number): Promise<Latency> {
  const events = ratePerSecond * paceSeconds(bench);
  const healthy = kind === "none" ? events : events - Math.ceil(events / LATENCY_LOAD.groups);
  return withHome({}, async (home) => {
    const load: Load = { workload: LATENCY_LOAD, run: bench.nextRun(), events, ratePerSecond };
    await stub.load(kind === "none" ? load : { ...load, poison: kind });
    const child = startEvp(home, ["process", "--quiet", "--endpoint-url", stub.endpoint]);
    try {
      const isDone = async () => (await stub.progress()).published >= healthy;
      await until(`publishing ${healthy} events (${POISONS[kind]})`, isDone, (paceSeconds(bench) + 20) * 1000);
      const latency = await stub.latency();
      bench.say(`${POISONS[kind]}: p50 ${decimal(latency.p50Ms, 1)} ms, p99 ${decimal(latency.p99Ms, 1)} ms`);
      return latency;
    } finally {
      await end(child, "SIGKILL");
    }
  });
}

function sectionOf(runs: Record<Poison, Latency[]>, ratePerSecond: number): Section {
  const middle = (kind: Poison, figure: (latency: Latency) => number) => median(runs[kind].map(figure));
  const base = middle("none", ({ p99Ms }) => p99Ms);
  const rows = KINDS.map((kind) => {
    const p99Ms = middle(kind, (latency) => latency.p99Ms);
    return [
      POISONS[kind],
      decimal(
        middle(kind, ({ p50Ms }) => p50Ms),
        1,
      ),
      decimal(p99Ms, 1),
      times(p99Ms, base),
    ];
  });
  return {
    title: "Healthy groups beside a poisoned one",
    notes: [
      `100 groups, ${count(ratePerSecond)} events/s, which is half of what evp does on the stub; from the time at which an event is on the queue to its publish on the client's topic. The poisoned group itself is left out.`,
    ],
    tables: [{ columns: ["", "p50 ms", "p99 ms", "p99 is"], rows }],
    data: { ratePerSecond, runs },
  };
}
