import type { ClientView } from "../app/client.js";
import type { PermissionPorts } from "../app/client-permissions.js";
import type { Invocation } from "./command-spec.js";

/** Changes what the client of the first argument may have, and shows the client as it then is. */
export async function changeClient(
  invocation: Invocation,
  doing: string,
  change: (ports: PermissionPorts, clientId: string) => Promise<ClientView>,
): Promise<void> {
  const { context, args, output } = invocation;
  const { withStack } = await import("./stack-session.js");
  const { renderClient } = await import("../ui/plain/clients.js");
  await withStack(invocation, { changes: true }, async ({ connection }) => {
    const ports = { clients: connection.clients, clock: context.clock };
    const progress = await output.spin(doing);
    const client = await change(ports, args[0] ?? "").finally(progress.stop);
    await output.result(client, renderClient);
  });
}
