import type { CommandSpec } from "../command-spec.js";

export const clientDisableCommand: CommandSpec = {
  name: "disable",
  summary: "let a client have no events",
  description:
    "Lets a client have no events. Once it returns, nothing is published to it any more; its events are rejected.",
  arguments: [{ name: "<client>", description: "the client's id" }],
  examples: [{ run: "evp client disable client-2", does: "its events are rejected until evp client enable" }],
  async run(invocation) {
    const { disableClient } = await import("../../app/client-permissions.js");
    const { changeClient } = await import("../change-client.js");
    await changeClient(invocation, "Waiting until every processor knows", disableClient);
  },
};
