import { isPoisonPolicy, type PoisonPolicy } from "../../core/client.js";
import { EvpError } from "../../core/errors.js";
import type { CommandSpec } from "../command-spec.js";

export const clientPoisonCommand: CommandSpec = {
  name: "poison",
  summary: "say what becomes of a client's events that cannot pass",
  description:
    "Says what becomes of a client's events that would be rejected. skip: such an event goes to the DLQ, and the next one of its group is published. block: its group waits, in order, until you have put right what was wrong (evp status tells what), or say skip. A blocked group is tried again within a minute, and within half an hour once it has been tried a hundred times; start evp process anew to have it tried at once.",
  arguments: [
    { name: "<client>", description: "the client's id" },
    { name: "<policy>", description: "skip or block" },
  ],
  examples: [
    { run: "evp client poison client-1 block", does: "rather wait than leave a gap" },
    { run: "evp client poison client-1 skip", does: "what blocks its groups goes to the DLQ, and they go on" },
  ],
  async run(invocation) {
    const policy = readPolicy(invocation.args[1] ?? "");
    const { setPoisonPolicy } = await import("../../app/client-permissions.js");
    const { changeClient } = await import("../change-client.js");
    const doing = policy === "block" ? "Waiting until every processor knows" : "Changing the registry";
    await changeClient(invocation, doing, (ports, id) => setPoisonPolicy(ports, id, policy));
  },
};

function readPolicy(text: string): PoisonPolicy {
  if (isPoisonPolicy(text)) return text;
  throw new EvpError(`"${text}" is no poison policy`, {
    code: "poison-policy-invalid",
    category: "usage",
    hint: "Say skip (to the DLQ, and the group goes on) or block (the group waits).",
  });
}
