import type { CommandSpec } from "../command-spec.js";

export const producerEnableCommand: CommandSpec = {
  name: "enable",
  summary: "take events from a producer again",
  arguments: [{ name: "<producer>", description: "the producer's id" }],
  examples: [{ run: "evp producer enable producer-1", does: "from now on" }],
  async run(invocation) {
    const { enableProducer } = await import("../../app/producer.js");
    const { changeProducer } = await import("../change-producer.js");
    await changeProducer(invocation, "Changing the registry", enableProducer);
  },
};
