import type { CommandSpec } from "../command-spec.js";

export interface ShowFlags {
  full?: boolean;
}

export const dlqShowCommand: CommandSpec<ShowFlags> = {
  name: "show",
  summary: "show one dead letter: its body, and what is wrong where",
  description:
    "Shows one dead letter: why it was rejected, its body with every violation marked in its place, whether it would pass now, and what can be done. Of an event with several dead letters, the newest.",
  arguments: [{ name: "<id>", description: "message id or event id, as evp dlq list prints it" }],
  options: [{ flags: "--full", description: "the whole body, however long it is" }],
  examples: [
    { run: "evp dlq show 0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11", does: "what is wrong with it" },
    { run: "evp dlq show 0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11 --json", does: "with its body, byte for byte" },
  ],
  async run(invocation) {
    const { args, context, flags, output, stop } = invocation;
    const { withStack } = await import("../stack-session.js");
    const { showDeadLetter } = await import("../../app/dlq/show-dead-letter.js");
    const { createStackExaminer } = await import("../stack-examiner.js");
    const { renderShownLetter } = await import("../../ui/plain/shown-letter.js");
    await withStack(invocation, { changes: false }, async ({ connection, settings }) => {
      const { journal, deadLetters, clients } = connection;
      const examine = await createStackExaminer(settings, context.cwd);
      const ports = { journal, deadLetters, clients, examine, clock: context.clock };
      const letter = await showDeadLetter(ports, args[0] ?? "", { mapping: settings.envelope, signal: stop });
      await output.result(letter, (shown, style) => renderShownLetter(shown, style, { full: flags.full === true }));
    });
  },
};
