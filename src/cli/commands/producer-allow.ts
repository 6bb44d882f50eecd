import type { CommandSpec } from "../command-spec.js";
import { BOUNDS_OPTIONS, type BoundsFlags, readBounds } from "../producer-bounds.js";

export const producerAllowCommand: CommandSpec<BoundsFlags> = {
  name: "allow",
  summary: "let a producer send for more clients, or more types",
  arguments: [{ name: "<producer>", description: "the producer's id" }],
  options: BOUNDS_OPTIONS,
  examples: [{ run: "evp producer allow producer-1 --client client-2", does: "for one more client" }],
  async run(invocation) {
    const bounds = readBounds(invocation.flags);
    const { allowProducer } = await import("../../app/producer.js");
    const { changeProducer } = await import("../change-producer.js");
    await changeProducer(invocation, "Changing the registry", (ports, id) => allowProducer(ports, id, bounds));
  },
};
