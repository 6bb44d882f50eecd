import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Labels, MetricDefinition, MetricRegistry } from "../../ports/metrics.js";

interface Instrument {
  record(value: number, labels: Labels): void;
}

const NO_LABELS: Labels = {};

/** A registry of these metrics and of the process's own: memory, CPU, event loop, garbage collection. */
export function createPrometheusRegistry<Name extends string>(
  definitions: Readonly<Record<Name, MetricDefinition>>,
): MetricRegistry<Name> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instruments = new Map<string, Instrument>();
  for (const [name, definition] of Object.entries<MetricDefinition>(definitions))
    instruments.set(name, createInstrument(name, definition, registry));
  const record = (name: string, value: number, labels = NO_LABELS) => instruments.get(name)?.record(value, labels);
  return {
    add: record,
    set: record,
    observe: record,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function createInstrument(
  name: string,
  { kind, help, labels, buckets = [] }: MetricDefinition,
  registry: Registry,
): Instrument {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === "counter") {
    const counter = new Counter(options);
    return { record: (value, given) => counter.inc({ ...given }, value) };
  }
  if (kind === "gauge") {
    const gauge = new Gauge(options);
    return { record: (value, given) => gauge.set({ ...given }, value) };
  }
  const histogram = new Histogram({ ...options, buckets: [...buckets] });
  return { record: (value, given) => histogram.observe({ ...given }, value) };
}
