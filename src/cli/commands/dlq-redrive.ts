import type { RedriveReport } from "../../app/dlq/redrive-dead-letters.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import { DEAD_LETTER_OPTIONS, type DeadLetterFlags, toFilter } from "../dead-letter-filter.js";
import type { StackSession } from "../stack-session.js";
import { readRate } from "../values.js";

export interface RedriveFlags extends DeadLetterFlags {
  rate?: number;
  dryRun?: boolean;
  force?: boolean;
}

export const dlqRedriveCommand: CommandSpec<RedriveFlags> = {
  name: "redrive",
  summary: "send dead letters through the front door again",
  description:
    "Sends dead letters onto the ingress queue again, in their original group and order. Those that would be rejected again stay where they are, unless --force. An interrupted run is run again safely.",
  options: [
    ...DEAD_LETTER_OPTIONS,
    { flags: "--rate <n/s>", description: "events a second, for instance 20/s", parse: readRate },
    { flags: "--dry-run", description: "only the plan: what would pass, what would not and why" },
    {
      flags: "--force",
      description: "send also what would be rejected again, and what was redriven more than 3 times",
    },
  ],
  examples: [
    { run: "evp dlq redrive --dry-run", does: "see the plan" },
    { run: "evp dlq redrive", does: "send again all that would pass now" },
    { run: "evp dlq redrive --client client-1 --reason type-forbidden", does: "after evp client allow" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const changes = invocation.flags.dryRun !== true;
    await withStack(invocation, { changes }, (session) => redrive(invocation, session));
  },
};

async function redrive(invocation: Invocation<RedriveFlags>, session: StackSession): Promise<void> {
  const { output } = invocation;
  const { redriveProblem } = await import("../../app/dlq/redrive-dead-letters.js");
  const { renderRedriveReport } = await import("../../ui/plain/redrive-report.js");
  const report = await redriveWithProgress(invocation, session);
  await output.result(report, renderRedriveReport);
  const problem = redriveProblem(report);
  if (problem !== undefined) throw problem;
}

async function redriveWithProgress(
  { context, flags, output, stop }: Invocation<RedriveFlags>,
  { connection, settings }: StackSession,
): Promise<RedriveReport> {
  const { redriveDeadLetters } = await import("../../app/dlq/redrive-dead-letters.js");
  const { createStackExaminer } = await import("../stack-examiner.js");
  const { randomUUID } = await import("node:crypto");
  const { ingress, deadLetters, journal, clients } = connection;
  const examine = await createStackExaminer(settings, context.cwd);
  const ports = { ingress, deadLetters, journal, clients, examine, clock: context.clock, holder: randomUUID() };
  const progress = await output.spin("Looking at the dead letters");
  try {
    return await redriveDeadLetters(ports, {
      filter: toFilter(flags, context.clock.now()),
      limit: flags.limit,
      ratePerSecond: flags.rate,
      dryRun: flags.dryRun,
      force: flags.force,
      retentionDays: settings.journal.retentionDays,
      onProgress: (redriven) => progress.say(`Redriving: ${redriven} sent`),
      signal: stop,
    });
  } finally {
    progress.stop();
  }
}
