import type { Bench, Section } from "../bench-context.js";
import { medianFigures } from "../measure/statistics.js";
import type { Figures } from "../measure/watch.js";
import { MAX_HELD } from "../peers/assignment.js";
import { CONTENDERS, type Contender } from "../processes/contenders.js";
import { runOnStack } from "../stack/run-on-stack.js";
import { runOnStub } from "../stub/run-on-stub.js";
import { startStub } from "../stub/start-stub.js";
import {
  describeRow,
  QUICK_STACK_ROWS,
  QUICK_STUB_ROWS,
  STACK_ROWS,
  STUB_ROWS,
  type ThroughputRow,
} from "./throughput-rows.js";
import { callsTable, speedTable } from "./throughput-tables.js";

/** One row, measured: each contender's medians, and all runs that they are of. */
export interface MeasuredRow {
  row: ThroughputRow;
  figures: Record<Contender, Figures>;
  runs: Record<Contender, Figures[]>;
}

type RunOnce = (contender: Contender, row: ThroughputRow) => Promise<Figures>;

/** All that are compared, against a stub that answers at once or after a set delay: the callers are what is measured. */
export async function measureOnStub(bench: Bench): Promise<Section> {
  const stub = await startStub();
  try {
    const rows = bench.isQuick ? QUICK_STUB_ROWS : STUB_ROWS;
    const measured = await measureRows(bench, rows, (contender, row) => runOnStub(stub, bench, contender, row));
    return {
      title: "Throughput against a stub that answers at once",
      notes: [
        `Each is one process that may hold ${MAX_HELD} messages. sqs-consumer: a handler that validates, puts conditionally, publishes and deletes, as good as one writes it by hand. Ceiling: evp's batch calls through its own SDK clients, with no work between them.`,
        "Added milliseconds stand for a network, on every call. Busy: the share of the time in which the stub itself worked.",
      ],
      tables: [speedTable(measured), callsTable(measured)],
      data: measured,
    };
  } finally {
    stub.stop();
  }
}

/** The same against the embedded stack, which shares the machine's cores with them. */
export async function measureOnStack(bench: Bench): Promise<Section> {
  const rows = bench.isQuick ? QUICK_STACK_ROWS : STACK_ROWS;
  const measured = await measureRows(bench, rows, (contender, row) => runOnStack(bench, contender, row));
  return {
    title: "Throughput on the embedded stack",
    notes: ["A fresh stack for every run. Busy: the share of the time in which the stack worked."],
    tables: [speedTable(measured)],
    data: measured,
  };
}

/** Interleaved, so that whatever else the machine does is everybody's. */
async function measureRows(bench: Bench, rows: ThroughputRow[], runOnce: RunOnce): Promise<MeasuredRow[]> {
  const measured: MeasuredRow[] = [];
  for (const row of rows) {
    const runs: Record<Contender, Figures[]> = { evp: [], "sqs-consumer": [], ceiling: [] };
    for (let index = 0; index < bench.runs; index++) {
      for (const contender of CONTENDERS) runs[contender].push(await runOnce(contender, row));
    }
    const figures = {
      evp: medianFigures(runs.evp),
      "sqs-consumer": medianFigures(runs["sqs-consumer"]),
      ceiling: medianFigures(runs.ceiling),
    };
    bench.say(
      `${describeRow(row)}: ${CONTENDERS.map((name) => `${name} ${Math.round(figures[name].eventsPerSecond)}/s`).join(", ")}`,
    );
    measured.push({ row, figures, runs });
  }
  return measured;
}
