import type { CommandSpec } from "../command-spec.js";

export const producerListCommand: CommandSpec = {
  name: "list",
  summary: "list the producers and what each may send",
  examples: [{ run: "evp producer list", does: "who is registered" }],
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const { listProducers } = await import("../../app/producer.js");
    const { renderProducers } = await import("../../ui/plain/producers.js");
    await withStack(invocation, { changes: false }, async ({ connection }) => {
      const ports = { producers: connection.producers, clock: invocation.context.clock };
      const whenEmpty = "No producer is registered; evp producer add registers one.";
      await invocation.output.list(await listProducers(ports), renderProducers, whenEmpty);
    });
  },
};
