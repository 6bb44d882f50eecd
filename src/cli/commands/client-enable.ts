import type { CommandSpec } from "../command-spec.js";

export const clientEnableCommand: CommandSpec = {
  name: "enable",
  summary: "let a client have events again",
  arguments: [{ name: "<client>", description: "the client's id" }],
  examples: [{ run: "evp client enable client-2", does: "after evp client disable" }],
  async run(invocation) {
    const { enableClient } = await import("../../app/client-permissions.js");
    const { changeClient } = await import("../change-client.js");
    await changeClient(invocation, "Changing the registry", enableClient);
  },
};
