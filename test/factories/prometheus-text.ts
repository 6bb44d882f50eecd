/** One line of values of a metric. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** A metric with all that was told of it. */
export interface MetricFamily {
  kind: string;
  help: string;
  samples: Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
/** What a histogram or a summary adds to its name. */
const SUFFIXES: Record<string, string[]> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/**
 * Reads Prometheus' text format, version 0.0.4, as strictly as its description says ("Exposition formats").
 * @throws Error naming the line that breaks it
 */
export function parsePrometheusText(text: string): Map<string, MetricFamily> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map<string, MetricFamily>();
  const seen = new Set<string>();
  let current: [string, MetricFamily] | undefined;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, what, name = "", rest = ""] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (what === "HELP") {
      if (families.has(name)) throw new Error(`a second time: ${line}`);
      current = [name, { kind: "untyped", help: rest, samples: [] }];
      families.set(...current);
    } else if (what === "TYPE") {
      if (current?.[0] !== name || current[1].samples.length > 0) throw new Error(`out of place: ${line}`);
      if (!/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) throw new Error(`no such type: ${line}`);
      current[1].kind = rest;
    } else {
      const sample = parseSample(line);
      const [family = "", { kind, samples }] = current ?? fail(line);
      if (!(SUFFIXES[kind] ?? [""]).some((suffix) => sample.name === family + suffix)) fail(line);
      const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(key)) throw new Error(`a second time: ${line}`);
      seen.add(key);
      samples.push(sample);
    }
  }
  for (const [name, family] of families) if (family.kind === "histogram") checkHistogram(name, family);
  return families;
}

function parseSample(line: string): Sample {
  const [, name = fail(line), labels = "", value = ""] = SAMPLE.exec(line) ?? [];
  const number = value === "+Inf" ? Infinity : value === "-Inf" ? -Infinity : Number(value);
  // As Go's ParseFloat reads it, whatever its case.
  if (Number.isNaN(number) && !/^nan$/i.test(value)) fail(line);
  return { name, labels: parseLabels(labels, line), value: number };
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let index = 0; index < text.length; index = LABEL.lastIndex) {
    LABEL.lastIndex = index;
    const [, name = "", value = ""] = LABEL.exec(text) ?? fail(line);
    if (name in labels) fail(line);
    labels[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
  }
  return labels;
}

/** Buckets grow, and the last of each set of labels is the count. */
function checkHistogram(name: string, { samples }: MetricFamily): void {
  const series = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) =>
    JSON.stringify(Object.entries(labels).sort()),
  );
  for (const [labels, ofSeries] of series) {
    const buckets = ofSeries.filter((sample) => sample.name === `${name}_bucket`);
    const values = buckets.map(({ value }) => value);
    const count = ofSeries.find((sample) => sample.name === `${name}_count`)?.value;
    const isOrdered = values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
    if (!isOrdered || buckets.at(-1)?.labels.le !== "+Inf" || values.at(-1) !== count)
      throw new Error(`${name}${labels} is no histogram`);
  }
}

function fail(line: string): never {
  throw new Error(`cannot be read: ${line}`);
}

/** The value of the one sample with these labels, among others. @throws Error where there is none, or several */
export function sampleValue(
  families: Map<string, MetricFamily>,
  name: string,
  labels: Record<string, string> = {},
): number {
  const all = [...families.values()].flatMap(({ samples }) => samples);
  const fits = all.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  const [only] = fits;
  if (only === undefined || fits.length > 1) throw new Error(`${fits.length} of ${name}${JSON.stringify(labels)}`);
  return only.value;
}
