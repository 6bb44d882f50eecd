import type { GatewayListener } from "../app/gateway/gateway-events.js";
import { createGatewayTally, type GatewaySummary } from "../app/gateway/gateway-tally.js";
import type { HttpAddress } from "../ports/http-service.js";
import type { Invocation } from "./command-spec.js";

/** All that look at a gateway's work. */
export interface GatewayObservers {
  listener: GatewayListener;
  summary(): GatewaySummary;
  close(): Promise<void>;
}

const STATUS_EVERY_MS = 1000;

/**
 * A short line on a terminal, log lines elsewhere, nothing with `--quiet`; and metrics by HTTP where that is asked for.
 * @throws EvpError (usage) when it cannot listen there
 */
export async function openGatewayObservers(
  invocation: Invocation,
  http: HttpAddress | undefined,
): Promise<GatewayObservers> {
  const { clock } = invocation.context;
  const tally = createGatewayTally(clock.now);
  const metrics = http === undefined ? undefined : await openMetrics(invocation, http);
  const view = await openView(invocation);
  const ended = new AbortController();
  void (async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(STATUS_EVERY_MS, ended.signal);
      view.status(tally.summary(), tally.lastSecond()?.p99);
    }
  })();
  return {
    listener(name, payload) {
      tally.listener(name, payload);
      metrics?.listener(name, payload);
      view.listener(name, payload);
    },
    summary: tally.summary,
    async close() {
      ended.abort();
      view.close();
      await metrics?.close();
    },
  };
}

interface View {
  listener: GatewayListener;
  status(summary: GatewaySummary, p99Ms: number | undefined): void;
  close(): void;
}

async function openView({ context, output }: Invocation): Promise<View> {
  if (output.isQuiet) return { listener: () => undefined, status: () => undefined, close: () => undefined };
  if (output.canAnimate && !output.isVerbose) {
    const { gatewayLine } = await import("../ui/plain/gateway.js");
    const spinner = await output.spin("No request yet");
    return {
      listener: () => undefined,
      status: (summary, p99Ms) => spinner.say(gatewayLine(summary, p99Ms)),
      close: spinner.stop,
    };
  }
  const { createGatewayLog } = await import("../ui/log.js");
  const log = createGatewayLog(context.stderr, output.isVerbose ? "debug" : "info", context.clock.now);
  return { ...log, close: () => undefined };
}

async function openMetrics({ context, output, stop }: Invocation, address: HttpAddress) {
  const { GATEWAY_METRICS, feedGatewayMetrics } = await import("../app/metrics/gateway-metrics.js");
  const registry = await context.telemetry.openMetrics(GATEWAY_METRICS);
  const listener = feedGatewayMetrics(registry, context.version);
  const health = () => ({
    status: stop.aborted ? 503 : 200,
    contentType: "application/json",
    body: `${JSON.stringify({ status: stop.aborted ? "stopping" : "ready" })}\n`,
  });
  const service = await context.telemetry.serveHttp(address, {
    "/health": health,
    "/health/live": () => ({ ...health(), status: 200 }),
    "/health/ready": health,
    "/metrics": async () => ({ status: 200, contentType: registry.contentType, body: await registry.text() }),
  });
  if (address.port === 0 || output.canAnimate)
    output.note(`Health and metrics are on ${service.url} (/health, /metrics).`);
  return { listener, close: service.close };
}
