import { POISON_POLICIES, type PoisonPolicy } from "../../core/client.js";
import type { CommandSpec } from "../command-spec.js";

export interface AddFlags {
  disabled?: boolean;
  poisonPolicy?: PoisonPolicy;
}

export const clientAddCommand: CommandSpec<AddFlags> = {
  name: "add",
  summary: "register a client, and make its topic and queue",
  arguments: [
    { name: "<client>", description: "the client's id" },
    { name: "[types...]", description: "event types that it may have" },
  ],
  options: [
    { flags: "--disabled", description: "it gets nothing until evp client enable" },
    {
      flags: "--poison-policy <policy>",
      description: "what becomes of its events that cannot pass, see evp client poison (default: skip)",
      choices: POISON_POLICIES,
    },
  ],
  examples: [{ run: "evp client add client-4 monitoring transaction", does: "a client that may have two types" }],
  async run(invocation) {
    const { context, args, flags, output } = invocation;
    const { disabled, poisonPolicy } = flags;
    const [id = "", ...allowedTypes] = args;
    const { withStack } = await import("../stack-session.js");
    const { addClient } = await import("../../app/client-resources.js");
    const { renderClient } = await import("../../ui/plain/clients.js");
    await withStack(invocation, { changes: true }, async ({ connection, settings }) => {
      const ports = { connection, clock: context.clock };
      const client = await addClient(ports, settings, { id, allowedTypes, active: disabled !== true, poisonPolicy });
      await output.result(client, renderClient);
    });
  },
};
