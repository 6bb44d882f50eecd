import type { CommandSpec } from "../command-spec.js";

export const statusCommand: CommandSpec = {
  name: "status",
  summary: "show how full each queue of the stack is, and what is blocked",
  description:
    "Shows how many messages wait, are being worked on and are delayed on each queue of the stack; and the groups that wait for an operator, by the poison policy of their client, with what can be done.",
  examples: [
    { run: "evp status", does: "the stack on the embedded stack" },
    { run: "evp status --target aws --json", does: "the real one, for another program" },
  ],
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const { readStatus } = await import("../../app/status.js");
    const { renderStatus } = await import("../../ui/plain/status.js");
    await withStack(invocation, { changes: false }, async ({ connection, settings }) => {
      const { ingress, deadLetters, clients, journal } = connection;
      const { clock } = invocation.context;
      const queue = (name: string) => connection.queue(name);
      const ports = { ingress, deadLetters, clients, journal, clock, queue };
      const status = await readStatus(ports, { target: settings.target.name, stack: settings.stack });
      await invocation.output.result(status, renderStatus);
    });
  },
};
