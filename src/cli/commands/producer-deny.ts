import type { CommandSpec } from "../command-spec.js";
import { BOUNDS_OPTIONS, type BoundsFlags, readBounds } from "../producer-bounds.js";

export const producerDenyCommand: CommandSpec<BoundsFlags> = {
  name: "deny",
  summary: "take clients or types away from a producer",
  description:
    "Takes clients or types away from a producer. Once it returns, every gateway refuses what it sends for them from then on.",
  arguments: [{ name: "<producer>", description: "the producer's id" }],
  options: BOUNDS_OPTIONS,
  examples: [{ run: "evp producer deny producer-1 --client client-2", does: "no more for this client" }],
  async run(invocation) {
    const bounds = readBounds(invocation.flags);
    const { denyProducer } = await import("../../app/producer.js");
    const { changeProducer } = await import("../change-producer.js");
    const doing = "Waiting until every gateway knows";
    await changeProducer(invocation, doing, (ports, id) => denyProducer(ports, id, bounds));
  },
};
