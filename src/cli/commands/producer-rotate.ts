import { GRACE_MS } from "../../core/producer-secret.js";
import type { CommandSpec } from "../command-spec.js";
import { readDuration } from "../values.js";

export interface RotateFlags {
  grace?: number;
  now?: boolean;
}

export const producerRotateCommand: CommandSpec<RotateFlags> = {
  name: "rotate",
  summary: "give a producer another secret",
  description:
    "Gives a producer another secret of the embedded stack's issuer, which is shown this once. The one before goes on for a day, so that the producer can change over; tokens that it has got go on until they end.",
  arguments: [{ name: "<producer>", description: "the producer's id" }],
  options: [
    { flags: "--grace <time>", description: "how long the secret before goes on (default: 1d)", parse: readDuration },
    { flags: "--now", description: "the secret before ends at once", conflicts: ["grace"] },
  ],
  examples: [
    { run: "evp producer rotate producer-1", does: "both secrets do for a day" },
    { run: "evp producer rotate producer-1 --now", does: "for a secret that somebody else has seen" },
  ],
  async run(invocation) {
    const { grace = GRACE_MS, now } = invocation.flags;
    const { rotateSecret } = await import("../../app/producer.js");
    const { changeProducer } = await import("../change-producer.js");
    const graceMs = now === true ? 0 : grace;
    await changeProducer(invocation, "Making a secret", (ports, id) => rotateSecret(ports, id, graceMs));
  },
};
