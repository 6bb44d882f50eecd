/** One metric, as it is told to whoever scrapes it. */
export interface MetricDefinition {
  kind: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  /** Upper bounds, ascending; of histograms alone. */
  buckets?: readonly number[];
}

export type Labels = Readonly<Record<string, string>>;

/** Keeps metrics by name, and tells how they stand in Prometheus' text format. */
export interface MetricRegistry<Name extends string = string> {
  /** Adds to a counter. */
  add(name: Name, count: number, labels?: Labels): void;
  /** Sets a gauge. */
  set(name: Name, value: number, labels?: Labels): void;
  /** Puts a value into a histogram. */
  observe(name: Name, value: number, labels?: Labels): void;
  text(): Promise<string>;
  /** Of the text. */
  readonly contentType: string;
}
