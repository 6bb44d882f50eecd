import { EvpError } from "../../core/errors.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import { DEAD_LETTER_OPTIONS, type DeadLetterFlags, isEmptyFilter, toFilter } from "../dead-letter-filter.js";

export interface PurgeFlags extends DeadLetterFlags {
  all?: boolean;
}

export const dlqPurgeCommand: CommandSpec<PurgeFlags> = {
  name: "purge",
  summary: "delete dead letters for good",
  description:
    "Deletes dead letters from the DLQ for good. The journal keeps what they were. It asks first, or takes --yes.",
  options: [...DEAD_LETTER_OPTIONS, { flags: "--all", description: "every dead letter there is" }],
  examples: [
    { run: "evp dlq purge --reason malformed-json", does: "those that can never pass" },
    { run: "evp dlq purge --id 5fea7756-0ea4-451a-a703-a558b933e274 --yes", does: "one, without a question" },
    { run: "evp dlq purge --all", does: "everything" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { context, flags, output, stop } = invocation;
    const filter = toFilter(flags, context.clock.now());
    if (isEmptyFilter(filter) && flags.all !== true) throw filterMissing();
    const { assertAskable } = await import("../confirm.js");
    assertAskable(invocation, "delete dead letters for good?");
    const { withStack } = await import("../stack-session.js");
    const { purgeDeadLetters, purgeProblem } = await import("../../app/dlq/purge-dead-letters.js");
    const { createEnvelopeExaminer } = await import("../event-check.js");
    const { renderPurgeReport } = await import("../../ui/plain/purge-report.js");
    await withStack(invocation, { changes: true }, async ({ connection: { journal, deadLetters }, settings }) => {
      const ports = { journal, deadLetters, examine: createEnvelopeExaminer(settings), clock: context.clock };
      const report = await purgeDeadLetters(ports, {
        filter,
        limit: flags.limit,
        retentionDays: settings.journal.retentionDays,
        confirm: (count, hidden) => confirmPurge(invocation, count, hidden),
        signal: stop,
      });
      await output.result(report, renderPurgeReport);
      const problem = purgeProblem(report);
      if (problem !== undefined) throw problem;
    });
  },
};

async function confirmPurge(invocation: Invocation<PurgeFlags>, count: number, hidden: number): Promise<void> {
  const { confirm } = await import("../confirm.js");
  const behind = hidden > 0 ? `, and what matches of ${hidden} behind them in their groups,` : "";
  await confirm(invocation, `Delete ${count} dead ${count === 1 ? "letter" : "letters"}${behind} for good?`);
}

function filterMissing(): EvpError {
  return new EvpError("nothing says which dead letters to delete", {
    code: "filter-missing",
    category: "usage",
    hint: "Choose with --client, --reason, --type, --id, --since, --until or --text, or give --all.",
  });
}
