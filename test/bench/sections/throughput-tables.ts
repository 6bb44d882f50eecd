import type { Figures } from "../measure/watch.js";
import { CONTENDERS } from "../processes/contenders.js";
import { count, decimal, times } from "../report/format.js";
import type { Table } from "../report/table.js";
import type { MeasuredRow } from "./throughput.js";
import { describeRow } from "./throughput-rows.js";

/** How fast each of them is, and what it takes. */
export function speedTable(measured: MeasuredRow[]): Table {
  return {
    columns: ["load", "who", "events/s", "evp is", "CPU ms/event", "calls/event", "peak RSS MB", "busy"],
    rows: measured.flatMap(({ row, figures }) =>
      CONTENDERS.map((contender, index) => {
        const { eventsPerSecond, cpuMsPerEvent, peakRssMb, callsPerEvent, serverBusy } = figures[contender];
        return [
          index === 0 ? describeRow(row) : "",
          contender,
          count(eventsPerSecond),
          contender === "evp" ? "" : times(figures.evp.eventsPerSecond, eventsPerSecond),
          decimal(cpuMsPerEvent, 3),
          total(callsPerEvent) === 0 ? "" : decimal(total(callsPerEvent), 2),
          count(peakRssMb),
          `${count(serverBusy * 100)} %`,
        ];
      }),
    ),
  };
}

const OPERATIONS = [
  "ReceiveMessage",
  "BatchExecuteStatement",
  "PutItem",
  "PublishBatch",
  "Publish",
  "BatchWriteItem",
  "DeleteMessageBatch",
];

/** Calls an event, by operation. */
export function callsTable(measured: MeasuredRow[]): Table {
  return {
    columns: ["load", "who", ...OPERATIONS, "others", "all"],
    rows: measured.flatMap(({ row, figures }) =>
      CONTENDERS.map((contender, index) => {
        const { callsPerEvent } = figures[contender];
        const listed = OPERATIONS.map((operation) => callsPerEvent[operation] ?? 0);
        const all = total(callsPerEvent);
        const others = all - listed.reduce((sum, each) => sum + each, 0);
        const cells = [...listed, others, all].map((each) => (each < 0.0005 ? "" : decimal(each, 3)));
        return [index === 0 ? describeRow(row) : "", contender, ...cells];
      }),
    ),
  };
}

function total(callsPerEvent: Figures["callsPerEvent"]): number {
  return Object.values(callsPerEvent).reduce((sum, each) => sum + each, 0);
}
