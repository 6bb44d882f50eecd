import { serverPrograms, startCluster } from "../../postgres/cluster.js";
import type { Bench, Section } from "../bench-context.js";
import { medianFigures } from "../measure/statistics.js";
import type { Figures } from "../measure/watch.js";
import { onExit } from "../processes/on-exit.js";
import { count, decimal, times } from "../report/format.js";
import type { StoreConfig } from "../stack/local-stack.js";
import { runOnStack } from "../stack/run-on-stack.js";
import { describeRow, QUICK_STACK_ROWS, STACK_ROWS, type ThroughputRow } from "./throughput-rows.js";

const TITLE = "The store: DynamoDB of the embedded stack, or PostgreSQL";

interface Measured {
  row: ThroughputRow;
  dynamodb: Figures;
  postgres: Figures;
}

/** evp process with either store, its queues and topics on the embedded stack; where there is a PostgreSQL server to start. */
export async function measurePostgres(bench: Bench): Promise<Section> {
  const programs = serverPrograms();
  if (programs === undefined) {
    return {
      title: TITLE,
      notes: ["Not measured: there is no PostgreSQL server on this machine."],
      tables: [],
      data: [],
    };
  }
  const cluster = await startCluster(programs);
  const pid = await cluster.pid();
  // SIGQUIT: "Immediate Shutdown" (Shutting Down the Server, 19.5).
  const isStopped = onExit(() => process.kill(pid, "SIGQUIT"));
  try {
    const measured: Measured[] = [];
    for (const row of bench.isQuick ? QUICK_STACK_ROWS : STACK_ROWS)
      measured.push(await measureRow(bench, row, cluster.url));
    return sectionOf(measured);
  } finally {
    await cluster.remove();
    isStopped();
  }
}

async function measureRow(bench: Bench, row: ThroughputRow, url: string): Promise<Measured> {
  const runs: Record<"dynamodb" | "postgres", Figures[]> = { dynamodb: [], postgres: [] };
  for (let index = 0; index < bench.runs; index++) {
    runs.dynamodb.push(await runOnStack(bench, "evp", row));
    const store: StoreConfig = { kind: "postgres", url, schema: `run_${bench.nextRun()}` };
    runs.postgres.push(await runOnStack(bench, "evp", row, store));
  }
  const figures = { dynamodb: medianFigures(runs.dynamodb), postgres: medianFigures(runs.postgres) };
  const rates = Object.entries(figures).map(
    ([name, { eventsPerSecond }]) => `${name} ${Math.round(eventsPerSecond)}/s`,
  );
  bench.say(`${describeRow(row)}: ${rates.join(", ")}`);
  return { row, ...figures };
}

function sectionOf(measured: Measured[]): Section {
  const rows = measured.flatMap(({ row, dynamodb, postgres }) =>
    Object.entries({ dynamodb, postgres }).map(([name, figures], index) => [
      index === 0 ? describeRow(row) : "",
      name,
      count(figures.eventsPerSecond),
      index === 0 ? "" : times(figures.eventsPerSecond, dynamodb.eventsPerSecond),
      decimal(figures.cpuMsPerEvent, 3),
      count(figures.peakRssMb),
      `${count(figures.serverBusy * 100)} %`,
    ]),
  );
  return {
    title: TITLE,
    notes: [
      "A fresh stack, and a fresh schema, for every run. PostgreSQL is a server of its own on the same machine, with its defaults: every commit is flushed to the disk. Busy: the embedded stack's process, which keeps the tables itself where they are DynamoDB's.",
    ],
    tables: [{ columns: ["load", "store", "events/s", "is", "CPU ms/event", "peak RSS MB", "busy"], rows }],
    data: measured,
  };
}
