import type { CommandSpec } from "../command-spec.js";

export interface RemoveFlags {
  keepQueue?: boolean;
}

export const clientRemoveCommand: CommandSpec<RemoveFlags> = {
  name: "remove",
  summary: "remove a client, its topic and its queue",
  description:
    "Removes a client with its topic and its queue, and what it has not consumed yet. It asks first, or takes --yes.",
  arguments: [{ name: "<client>", description: "the client's id" }],
  options: [{ flags: "--keep-queue", description: "leave its queue with what it has not consumed yet" }],
  examples: [{ run: "evp client remove client-4", does: "asks before it removes anything" }],
  async run(invocation) {
    const { context, args, flags, output } = invocation;
    const { withStack } = await import("../stack-session.js");
    const { assertAskable, confirm } = await import("../confirm.js");
    const { findClient } = await import("../../app/client.js");
    const { removeClient } = await import("../../app/client-resources.js");
    const { renderRemovals } = await import("../../ui/plain/removals.js");
    assertAskable(invocation, "remove a client?");
    await withStack(invocation, { changes: true }, async ({ connection, settings }) => {
      const { clientId } = await findClient(connection.clients, args[0] ?? "");
      const keepQueue = flags.keepQueue === true;
      const what = keepQueue
        ? "its topic, but not its queue"
        : "its topic, and its queue with what it has not consumed yet";
      await confirm(invocation, `Remove client ${clientId}, ${what}?`);
      const ports = { connection, clock: context.clock };
      const progress = await output.spin("Removing the client");
      const removal = await removeClient(ports, settings, clientId, { keepQueue }).finally(progress.stop);
      await output.result(removal, ({ resources }, style) => renderRemovals(resources, style));
    });
  },
};
