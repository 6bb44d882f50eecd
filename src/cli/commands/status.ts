import type { CommandSpec } from "../command-spec.js";

export const statusCommand: CommandSpec = {
  name: "status",
  summary: "show how full each queue of the stack is",
  description: "Shows how many messages wait, are being worked on and are delayed on each queue of the stack.",
  examples: [
    { run: "evp status", does: "the stack on the embedded stack" },
    { run: "evp status --target aws --json", does: "the real one, for another program" },
  ],
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const { readStatus } = await import("../../app/status.js");
    const { renderStatus } = await import("../../ui/plain/status.js");
    await withStack(invocation, { changes: false }, async ({ connection, settings }) => {
      const { ingress, deadLetters, clients } = connection;
      const { clock } = invocation.context;
      const ports = { ingress, deadLetters, clients, clock, queue: (name: string) => connection.queue(name) };
      const status = await readStatus(ports, { target: settings.target.name, stack: settings.stack });
      await invocation.output.result(status, renderStatus);
    });
  },
};
