import type { CommandSpec } from "../command-spec.js";

export const dlqShowCommand: CommandSpec = {
  name: "show",
  summary: "show one dead letter: why it was rejected, and its body",
  arguments: [{ name: "<id>", description: "message id or event id, as evp dlq list prints it" }],
  examples: [{ run: "evp dlq show 0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11", does: "with its whole body" }],
  async run(invocation) {
    const { args, context, output } = invocation;
    const { withStack } = await import("../stack-session.js");
    const { showDeadLetter } = await import("../../app/dlq/show-dead-letter.js");
    const { createEnvelopeExaminer } = await import("../event-check.js");
    const { renderDeadLetter } = await import("../../ui/plain/dead-letters.js");
    await withStack(invocation, { changes: false }, async ({ connection: { journal, deadLetters }, settings }) => {
      const ports = { journal, deadLetters, examine: createEnvelopeExaminer(settings), clock: context.clock };
      await output.result(await showDeadLetter(ports, args[0] ?? ""), renderDeadLetter);
    });
  },
};
