import type { CommandSpec } from "../command-spec.js";

export const clientAllowCommand: CommandSpec = {
  name: "allow",
  summary: "let a client have more event types",
  arguments: [
    { name: "<client>", description: "the client's id" },
    { name: "<types...>", description: "event types" },
  ],
  examples: [{ run: "evp client allow client-3 monitoring", does: "from now on" }],
  async run(invocation) {
    const { allowTypes } = await import("../../app/client-permissions.js");
    const { changeClient } = await import("../change-client.js");
    await changeClient(invocation, "Changing the registry", (ports, id) =>
      allowTypes(ports, id, invocation.args.slice(1)),
    );
  },
};
