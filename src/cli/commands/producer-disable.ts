import type { CommandSpec } from "../command-spec.js";

export const producerDisableCommand: CommandSpec = {
  name: "disable",
  summary: "take nothing from a producer",
  description: "Takes nothing from a producer. Once it returns, every gateway refuses whatever it sends from then on.",
  arguments: [{ name: "<producer>", description: "the producer's id" }],
  examples: [{ run: "evp producer disable producer-1", does: "until evp producer enable" }],
  async run(invocation) {
    const { disableProducer } = await import("../../app/producer.js");
    const { changeProducer } = await import("../change-producer.js");
    await changeProducer(invocation, "Waiting until every gateway knows", disableProducer);
  },
};
