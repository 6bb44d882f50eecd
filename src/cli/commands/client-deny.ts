import type { CommandSpec } from "../command-spec.js";

export const clientDenyCommand: CommandSpec = {
  name: "deny",
  summary: "take event types away from a client",
  description:
    "Takes event types away from a client. Once it returns, no event of them is published to it any more; such events are rejected.",
  arguments: [
    { name: "<client>", description: "the client's id" },
    { name: "<types...>", description: "event types" },
  ],
  examples: [
    { run: "evp client deny client-1 transaction", does: "once it returns, no transaction is published to it" },
  ],
  async run(invocation) {
    const { denyTypes } = await import("../../app/client-permissions.js");
    const { changeClient } = await import("../change-client.js");
    const doing = "Waiting until every processor knows";
    await changeClient(invocation, doing, (ports, id) => denyTypes(ports, id, invocation.args.slice(1)));
  },
};
