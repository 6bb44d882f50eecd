import type { CommandSpec } from "../command-spec.js";

export const clientListCommand: CommandSpec = {
  name: "list",
  summary: "list the clients and what each may have",
  examples: [{ run: "evp client list", does: "who is registered" }],
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const { listClients } = await import("../../app/client.js");
    const { renderClients } = await import("../../ui/plain/clients.js");
    await withStack(invocation, { changes: false }, async ({ connection }) => {
      const clients = await listClients(connection.clients);
      await invocation.output.list(clients, renderClients, "No client is registered; evp client add registers one.");
    });
  },
};
