import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createPrometheusRegistry } from "../../src/adapters/telemetry/prometheus.js";
import { createMetricFeed } from "../../src/app/metrics/metric-feed.js";
import { PROCESS_METRICS } from "../../src/app/metrics/process-metrics.js";
import { parsePrometheusText } from "../factories/prometheus-text.js";
import { readQuery } from "../factories/promql.js";

const FOLDER = resolve(import.meta.dirname, "../../fixtures/observability");
/** Labels that Prometheus adds, and those that join series of different metrics. */
const ADDED_LABELS = ["job", "instance", "le"];
/** Every name that /metrics gives, with what histograms add to theirs, and the labels that evp gives each. */
async function knownSeries(): Promise<Map<string, readonly string[]>> {
  const registry = createPrometheusRegistry(PROCESS_METRICS);
  createMetricFeed({ registry, now: () => 0, version: "1.2.3" });
  const known = new Map<string, readonly string[]>();
  for (const [name, { kind }] of parsePrometheusText(await registry.text())) {
    const labels = Object.entries(PROCESS_METRICS).find(([each]) => each === name)?.[1].labels ?? [];
    const suffixes = kind === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
    for (const suffix of suffixes) known.set(name + suffix, labels);
  }
  return known;
}

/** As Prometheus gets it: Grafana puts values in the place of its variables. */
function asAsked(query: string): string {
  return query.replaceAll("$__rate_interval", "5m");
}

interface Panel {
  title: string;
  targets?: { expr: string; datasource: { uid: string } }[];
}

interface Dashboard {
  panels: Panel[];
  templating: { list: { name: string; type: string; query: unknown }[] };
}

function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8"));
}

/** Alerts by name. A folded expression (`>-`) goes on over the lines that are set in deeper. */
function readAlerts(): Map<string, { expr: string; text: string }> {
  const text = readFileSync(join(FOLDER, "prometheus-alerts.yaml"), "utf8");
  const alerts = text.split(/^ {6}- alert: /m).slice(1);
  return new Map(
    alerts.map((alert) => {
      const expr = /^ {8}expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)/m.exec(alert);
      return [
        alert.slice(0, alert.indexOf("\n")),
        { expr: (expr?.[1] ?? expr?.[2] ?? "").replaceAll(/\s+/g, " "), text: alert },
      ];
    }),
  );
}

/** What only grows, of which a rate is one of something that happens. */
const COUNTED = /_(?:total|bucket|sum|count)$/;
const OVER_TIME = ["rate", "increase"];

async function expectToAnswer(query: string): Promise<void> {
  const { errors, metrics, labels, calls, ranges } = readQuery(asAsked(query));
  expect(errors, query).toEqual([]);
  expect(metrics).not.toEqual([]);
  const known = await knownSeries();
  for (const metric of metrics) expect([...known.keys()], query).toContain(metric);
  // Of several metrics in one query each has its own labels.
  const allowed = [...ADDED_LABELS, ...metrics.flatMap((metric) => known.get(metric) ?? [])];
  for (const label of labels) expect(allowed, query).toContain(label);
  for (const metric of ranges) expect(metric, query).toMatch(COUNTED);
  for (const { name, body } of calls) {
    if (OVER_TIME.includes(name)) expect(body, query).toMatch(/^\([\w:]+(?:\{[^}]*\})?\[\w+\]\)$/);
    if (name === "histogram_quantile")
      expect(body, query).toMatch(/^\(0\.\d+, sum by \((?:\w+, )?le\) \(rate\(\w+_bucket/);
  }
}

describe("the Grafana dashboard", () => {
  const { panels, templating } = readDashboard();
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

  it.each(queries)("%s asks for metrics and labels that there are: %s", (_, expr) => expectToAnswer(expr));

  it("lets whoever imports it choose the data source", () => {
    expect(templating.list[0]).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    const uids = panels.flatMap(({ targets = [] }) => targets.map(({ datasource }) => datasource.uid));
    expect(new Set(uids)).toEqual(new Set(["${" + "datasource}"]));
  });

  it("shows every metric of evp", () => {
    const shown = new Set(queries.flatMap(([, expr]) => readQuery(asAsked(expr)).metrics));
    const asked = templating.list.map(({ query }) => JSON.stringify(query)).join();
    const missing = Object.keys(PROCESS_METRICS).filter(
      (name) => ![...shown].some((each) => each.startsWith(name)) && !asked.includes(name),
    );
    expect(missing).toEqual([]);
  });
});

describe("the Prometheus alerts", () => {
  const alerts = readAlerts();

  it("are those that an operator is to be woken by", () => {
    expect([...alerts.keys()]).toEqual([
      "EvpProcessorGone",
      "EvpBreakerOpen",
      "EvpDeadLettersGrow",
      "EvpManyRejections",
      "EvpLag",
      "EvpNoProgress",
      "EvpBlockedGroups",
    ]);
  });

  it.each([...alerts])("%s asks for metrics and labels that there are", (_, { expr }) => expectToAnswer(expr));

  it.each([...alerts])("%s says how bad it is, what it is and what to do", (_, { text }) => {
    expect(text).toMatch(/^ {10}severity: (warning|critical)$/m);
    expect(text).toMatch(/^ {10}summary: \S.+$/m);
    expect(text).toMatch(/^ {10}description: \S.+\.$/m);
  });
});

describe("a query that Prometheus would not answer", () => {
  it.each([
    ["sum by (job (evp_lag_seconds))", "is no PromQL"],
    ["ratee(evp_events_total[5m])", "calls no function that there is"],
    ["rate(evp_events_total)", "takes the rate of a moment"],
    ["rate(evp_lag_seconds[5m])", "takes the rate of a gauge"],
    ["sum by (clientid) (evp_events_total)", "names no label that there is"],
    ["evp_event_total", "names no metric that there is"],
    ["histogram_quantile(0.99, rate(evp_event_latency_seconds_sum[5m]))", "takes a quantile of no buckets"],
  ])("is found: %s %s", async (query) => {
    await expect(expectToAnswer(query)).rejects.toThrow();
  });
});
