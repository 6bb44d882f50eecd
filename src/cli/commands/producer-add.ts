import type { CommandSpec } from "../command-spec.js";
import { BOUNDS_OPTIONS, type BoundsFlags } from "../producer-bounds.js";
import { readRate } from "../values.js";

export interface ProducerAddFlags extends BoundsFlags {
  rate?: number;
  disabled?: boolean;
  secret?: boolean;
}

export const producerAddCommand: CommandSpec<ProducerAddFlags> = {
  name: "add",
  summary: "register a producer, and make its secret",
  description:
    "Registers a producer: what the tokens of an issuer call their client. On the embedded stack it gets a secret for the stack's own issuer, which is shown this once; with issuers in the config, it has its secret there.",
  arguments: [{ name: "<producer>", description: "the producer's id: the client_id of its tokens" }],
  options: [
    ...BOUNDS_OPTIONS,
    { flags: "--rate <n>", description: "events a second that it may send at one gateway", parse: readRate },
    { flags: "--disabled", description: "nothing is taken from it until evp producer enable" },
    { flags: "--no-secret", description: "make no secret, since its tokens come from elsewhere" },
  ],
  examples: [
    {
      run: "evp producer add producer-1 --client client-1 --type transaction",
      does: "one that may send transactions for one client",
    },
    { run: "evp producer add 5lq8c1v0 --client client-1 --no-secret", does: "an app client of Cognito, for instance" },
  ],
  async run(invocation) {
    const { rate, disabled, secret, client = [], type = [] } = invocation.flags;
    const { addProducer } = await import("../../app/producer.js");
    const { changeProducer } = await import("../change-producer.js");
    await changeProducer(invocation, "Making a secret", (ports, producerId, { settings, localEndpoint }) => {
      const wantsSecret =
        secret !== false && localEndpoint !== undefined && hasEmbeddedIssuer(settings.gateway.issuers);
      const bounds = { clients: client, types: type };
      return addProducer(ports, { producerId, ...bounds, ratePerSecond: rate, active: disabled !== true, wantsSecret });
    });
  },
};

function hasEmbeddedIssuer(issuers: { issuer: string }[]): boolean {
  return issuers.length === 0 || issuers.some(({ issuer }) => issuer === "embedded");
}
