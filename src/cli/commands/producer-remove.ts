import type { CommandSpec } from "../command-spec.js";

export const producerRemoveCommand: CommandSpec = {
  name: "remove",
  summary: "forget a producer",
  description:
    "Forgets a producer and its secrets. Once it returns, every gateway refuses whatever it sends from then on; its events that are on the queue already are processed.",
  arguments: [{ name: "<producer>", description: "the producer's id" }],
  examples: [{ run: "evp producer remove producer-1", does: "its tokens are worth nothing here any more" }],
  async run(invocation) {
    const { context, args, output } = invocation;
    const [producerId = ""] = args;
    const { randomBytes } = await import("node:crypto");
    const { withStack } = await import("../stack-session.js");
    const { removeProducer } = await import("../../app/producer.js");
    const { renderRemovedProducer } = await import("../../ui/plain/producers.js");
    await withStack(invocation, { changes: true }, async ({ connection }) => {
      const ports = { producers: connection.producers, clock: context.clock, randomBytes };
      const progress = await output.spin("Waiting until every gateway knows");
      const removed = await removeProducer(ports, producerId).finally(progress.stop);
      await output.result({ producerId, removed }, renderRemovedProducer);
    });
  },
};
