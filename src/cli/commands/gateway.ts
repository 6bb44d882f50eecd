import type { HttpAddress } from "../../ports/http-service.js";
import type { CommandSpec } from "../command-spec.js";
import { readHttpAddress } from "../http-address.js";

export interface GatewayFlags {
  port?: HttpAddress;
  http?: HttpAddress;
}

export const gatewayCommand: CommandSpec<GatewayFlags> = {
  name: "gateway",
  summary: "take events by HTTP",
  description:
    "Takes events by POST /v1/events from producers that show a token, judges each as the processor would, and puts it onto the ingress queue. A request is answered when its events are there. It runs in the foreground until Ctrl-C, which lets it answer what has arrived; a second Ctrl-C ends it at once.",
  options: [
    {
      flags: "--port <port>",
      description: "listen there: a port of 127.0.0.1, or host:port (default: 8080)",
      parse: readHttpAddress,
    },
    {
      flags: "--http <port>",
      description: "answer /health and /metrics there: a port of 127.0.0.1, or host:port",
      parse: readHttpAddress,
    },
  ],
  examples: [
    { run: "evp gateway", does: "on port 8080 of this machine alone" },
    { run: "evp gateway --port 0.0.0.0:8080 --http 9465", does: "for other machines, with metrics for Prometheus" },
  ],
  stopsItself: "at-once",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const { runGateway } = await import("../run-gateway.js");
    const { renderGatewaySummary } = await import("../../ui/plain/gateway.js");
    await withStack(invocation, { changes: true }, async (session) => {
      const { summary, failure } = await runGateway(invocation, session);
      await invocation.output.result(summary, renderGatewaySummary);
      if (failure !== undefined) throw failure;
    });
  },
};
