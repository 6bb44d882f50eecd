import type { CommandSpec } from "../command-spec.js";
import { DEAD_LETTER_OPTIONS, type DeadLetterFlags, toFilter } from "../dead-letter-filter.js";

export const dlqListCommand: CommandSpec<DeadLetterFlags> = {
  name: "list",
  summary: "list dead letters, each with its reason",
  description:
    "Lists dead letters, oldest first, each with its reason. Nothing is taken from the DLQ. With --limit, the newest of them.",
  options: DEAD_LETTER_OPTIONS,
  examples: [
    { run: "evp dlq list", does: "everything that was rejected" },
    { run: "evp dlq list --client client-1 --since 1h", does: "one client's, of the last hour" },
    { run: "evp dlq list --reason schema-violation --json", does: "for another program" },
  ],
  async run(invocation) {
    const { context, flags, output, stop } = invocation;
    const { withStack } = await import("../stack-session.js");
    const { listDeadLetters } = await import("../../app/dlq/list-dead-letters.js");
    const { createEnvelopeExaminer } = await import("../event-check.js");
    const { renderDeadLetters } = await import("../../ui/plain/dead-letters.js");
    await withStack(invocation, { changes: false }, async ({ connection: { journal, deadLetters }, settings }) => {
      const ports = { journal, deadLetters, examine: createEnvelopeExaminer(settings), clock: context.clock };
      const filter = toFilter(flags, context.clock.now());
      const letters = await listDeadLetters(ports, { filter, limit: flags.limit, signal: stop });
      await output.list(letters, renderDeadLetters, "The DLQ holds nothing that matches.");
    });
  },
};
