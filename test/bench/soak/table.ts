import { count } from "../report/format.js";
import type { Table } from "../report/table.js";
import type { SoakResult } from "./run-soak.js";

const ROWS = 10;

/** Memory over time, in tenths of the run. */
export function soakTable({ samples, events }: SoakResult): Table {
  const tenths = Array.from({ length: ROWS }, (_, index) => ((index + 1) * events) / ROWS);
  const chosen = tenths.map((wanted) => samples.find(({ arrived }) => arrived >= wanted) ?? samples.at(-1));
  return {
    columns: ["events", "seconds", "events/s", "evp MB", "stack MB"],
    rows: chosen.flatMap((sample) =>
      sample === undefined
        ? []
        : [
            [
              count(sample.arrived),
              count(sample.atSeconds),
              count(sample.arrived / sample.atSeconds),
              count(sample.processorMb),
              count(sample.stackMb),
            ],
          ],
    ),
  };
}
