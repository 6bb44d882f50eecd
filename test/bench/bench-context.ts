import type { Table } from "./report/table.js";

/** What every part of the bench works with. */
export interface Bench {
  /** How often each thing is measured; the median counts. */
  runs: number;
  /** Fewer and shorter runs: to see that it works, not to quote. */
  isQuick: boolean;
  /** Tells what goes on. */
  say(text: string): void;
  /** A number for a run's event ids, unlike all before. */
  nextRun(): number;
}

/** One part's results. */
export interface Section {
  title: string;
  /** What the table does not say by itself. */
  notes: string[];
  tables: Table[];
  /** Everything that was measured, for the JSON document. */
  data: unknown;
}

export type Measure = (bench: Bench) => Promise<Section>;
