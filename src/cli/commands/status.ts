import type { CommandSpec } from "../command-spec.js";

export interface StatusFlags {
  watch?: boolean;
}

export const statusCommand: CommandSpec<StatusFlags> = {
  name: "status",
  summary: "show how full each queue is, what is blocked, and who processes",
  description:
    "Shows how many messages wait, are being worked on and are delayed on each queue of the stack; the processors that run, wherever they do, and what they wait for; and the groups that wait for an operator, by the poison policy of their client, with what can be done. It warns when messages wait and nobody processes, and when the oldest message is half way to being dropped by the queue.",
  options: [
    {
      flags: "--watch",
      description: "go on: a live view on a terminal (q or Ctrl-C ends it), a line each time elsewhere",
    },
  ],
  examples: [
    { run: "evp status", does: "the stack on the embedded stack" },
    { run: "evp status --watch", does: "what a processor does that runs elsewhere" },
    { run: "evp status --target aws --json", does: "the real one, for another program" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { runStatus } = await import("../run-status.js");
    await runStatus(invocation);
  },
};
