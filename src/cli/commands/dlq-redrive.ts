import type { PlannedRedrive, RedriveReport } from "../../app/dlq/redrive-dead-letters.js";
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
    "Sends dead letters onto the ingress queue again, in their original group and order. On a terminal it shows its plan by group and asks first. Those that would be rejected again stay where they are, unless --force. An interrupted run is run again safely, and goes on where it stopped.",
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
  const { renderRedriveReport, renderRedriveResult } = await import("../../ui/plain/redrive-report.js");
  const { report, isPlanShown } = await redriveWithProgress(invocation, session);
  await output.result(report, isPlanShown ? renderRedriveResult : renderRedriveReport);
  const problem = redriveProblem(report);
  if (problem !== undefined) throw problem;
}

async function redriveWithProgress(
  invocation: Invocation<RedriveFlags>,
  { connection, settings }: StackSession,
): Promise<{ report: RedriveReport; isPlanShown: boolean }> {
  const { context, flags, output, stop } = invocation;
  const { redriveDeadLetters } = await import("../../app/dlq/redrive-dead-letters.js");
  const { createStackExaminer } = await import("../stack-examiner.js");
  const { randomUUID } = await import("node:crypto");
  const { ingress, deadLetters, journal, clients } = connection;
  const examine = await createStackExaminer(settings, context.cwd);
  const ports = { ingress, deadLetters, journal, clients, examine, clock: context.clock, holder: randomUUID() };
  let progress = await output.spin("Looking at the dead letters");
  let isPlanShown = false;
  try {
    const report = await redriveDeadLetters(ports, {
      filter: toFilter(flags, context.clock.now()),
      limit: flags.limit,
      ratePerSecond: flags.rate,
      dryRun: flags.dryRun,
      force: flags.force,
      retentionDays: settings.journal.retentionDays,
      async confirm(plan, hidden) {
        progress.stop();
        isPlanShown = await askForPlan(invocation, plan, hidden);
        progress = await output.spin("Redriving");
      },
      onProgress: (redriven, planned) => progress.say(`Redriving: ${redriven} of ${planned} sent`),
      signal: stop,
    });
    return { report, isPlanShown };
  } finally {
    progress.stop();
  }
}

/** Scripts go on without a question: nothing is lost by a redrive. @returns whether the plan was shown */
async function askForPlan(invocation: Invocation, plan: PlannedRedrive[], hidden: number): Promise<boolean> {
  const { isAsked, preview } = await import("../preview.js");
  if (!isAsked(invocation)) return false;
  const { renderRedrivePlan } = await import("../../ui/plain/redrive-plan.js");
  const { confirm } = await import("../confirm.js");
  await preview(invocation, plan, renderRedrivePlan);
  const sends = plan.filter(({ action }) => action === "send").length;
  const deletions = plan.filter(({ action }) => action === "delete").length;
  const parts = [`redrive ${sends} of ${plan.length}`];
  if (deletions > 0) parts.push(`delete ${deletions} that an earlier run left over`);
  if (hidden > 0) parts.push(`then what comes forward of ${hidden} behind them in their groups`);
  await confirm(invocation, `Go on: ${parts.join(", ")}?`);
  return true;
}
