import { createHealth, type HealthReport, isAlive, isReady } from "../app/metrics/health.js";
import { createMetricFeed } from "../app/metrics/metric-feed.js";
import { PROCESS_METRICS } from "../app/metrics/process-metrics.js";
import type { HttpAddress, HttpReply, HttpRoutes } from "../ports/http-service.js";
import type { Invocation } from "./command-spec.js";
import type { ProcessObserver } from "./process-observers.js";

/**
 * Tells how a processor is to whoever asks by HTTP, from before it starts until it has ended.
 * @throws EvpError (usage) when it cannot listen there
 */
export async function openProcessHttp(
  { context, output, stop }: Invocation,
  address: HttpAddress,
): Promise<ProcessObserver> {
  const { clock, version, telemetry } = context;
  const { rssBytes } = context.process;
  const registry = await telemetry.openMetrics(PROCESS_METRICS);
  const feed = createMetricFeed({ registry, now: clock.now, version });
  const health = createHealth({ now: clock.now, monotonic: clock.monotonic, version, rssBytes, stop });
  const service = await telemetry.serveHttp(address, {
    ...healthRoutes(health.report),
    "/metrics": async () => {
      feed.refresh();
      return { status: 200, contentType: registry.contentType, body: await registry.text() };
    },
  });
  // A log of JSON lines stays one: whoever gave the port knows where to ask.
  if (address.port === 0 || output.canAnimate)
    output.note(`Health and metrics are on ${service.url} (/health, /metrics).`);
  return {
    listener: (name, payload) => {
      feed.listener(name, payload);
      health.listener(name, payload);
    },
    close: service.close,
  };
}

function healthRoutes(report: () => HealthReport): HttpRoutes {
  const route = (isWell: (report: HealthReport) => boolean) => () => {
    const told = report();
    return reply(isWell(told) ? 200 : 503, told);
  };
  return { "/health": route(isReady), "/health/live": route(isAlive), "/health/ready": route(isReady) };
}

function reply(status: number, document: HealthReport): HttpReply {
  return { status, contentType: "application/json", body: `${JSON.stringify(document)}\n` };
}
