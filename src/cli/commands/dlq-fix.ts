import type { FixReport, PlannedFix } from "../../app/dlq/fix-dead-letter.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { LetterEdit } from "../letter-edit.js";
import type { StackSession } from "../stack-session.js";
import { collect } from "../values.js";

export interface FixFlags {
  set?: string[];
  patch?: string;
  body?: string;
  editor?: boolean;
  dryRun?: boolean;
  force?: boolean;
}

export const dlqFixCommand: CommandSpec<FixFlags> = {
  name: "fix",
  summary: "mend a copy of a dead letter, and send that",
  description:
    "Makes an edited copy of a dead letter, checks it as the processor would, shows the difference, asks, and sends the copy in the original group; the journal keeps the original and what was changed. What you do not edit stays byte for byte. A copy that would be rejected again is not sent, unless --force.",
  arguments: [{ name: "<id>", description: "message id or event id, as evp dlq list prints it" }],
  options: [
    {
      flags: "--set <pointer=value>",
      description: "set a field, for instance /payload/amount=5 (may be repeated)",
      parse: collect,
      conflicts: ["patch", "body", "editor"],
    },
    {
      flags: "--patch <file>",
      description: "a JSON Patch (an array, RFC 6902) or a merge patch (an object, RFC 7396); - for stdin",
      conflicts: ["body", "editor"],
    },
    { flags: "--body <file>", description: "the whole body, mended; - for stdin", conflicts: ["editor"] },
    { flags: "--editor", description: "edit it in $VISUAL or $EDITOR" },
    { flags: "--dry-run", description: "only the difference, and whether the copy would pass" },
    {
      flags: "--force",
      description: "send it also when it would be rejected again, or was redriven more than 3 times",
    },
  ],
  examples: [
    {
      run: "evp dlq fix 0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11 --set /payload/amount=5 --dry-run",
      does: "would it pass so?",
    },
    { run: "evp dlq fix 0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11 --editor", does: "by hand" },
    { run: "evp dlq fix 0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11 --patch mend.json --yes", does: "in a script" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { globals, flags } = invocation;
    const { openLetterEdit } = await import("../letter-edit.js");
    const { withStack } = await import("../stack-session.js");
    const { assertAskable } = await import("../confirm.js");
    const edit = await openLetterEdit(invocation);
    if (flags.dryRun !== true && globals.yes !== true) assertAskable(invocation, "send an edited copy?");
    await withStack(invocation, { changes: flags.dryRun !== true }, (session) => fix(invocation, session, edit));
  },
};

async function fix(invocation: Invocation<FixFlags>, session: StackSession, edit: LetterEdit): Promise<void> {
  const { output } = invocation;
  const { fixProblem } = await import("../../app/dlq/fix-dead-letter.js");
  const { renderFixPlan, renderFixResult } = await import("../../ui/plain/fix-report.js");
  const { isAsked } = await import("../preview.js");
  try {
    const report = await fixLetter(invocation, session, edit);
    const isPlanShown = isAsked(invocation);
    await output.result(
      report,
      (shown, style) => (isPlanShown ? "" : renderFixPlan(shown, style)) + renderFixResult(shown),
    );
    const problem = fixProblem(report);
    if (problem !== undefined) throw problem;
    await edit.discard();
  } catch (error) {
    edit.tellWhereKept(output);
    throw error;
  }
}

async function fixLetter(
  invocation: Invocation<FixFlags>,
  { connection, settings }: StackSession,
  edit: LetterEdit,
): Promise<FixReport> {
  const { args, context, flags, stop } = invocation;
  const { fixDeadLetter } = await import("../../app/dlq/fix-dead-letter.js");
  const { createStackExaminer } = await import("../stack-examiner.js");
  const { randomUUID } = await import("node:crypto");
  const { ingress, deadLetters, journal, clients } = connection;
  const examine = await createStackExaminer(settings, context.cwd);
  const ports = { ingress, deadLetters, journal, clients, examine, clock: context.clock, holder: randomUUID() };
  return fixDeadLetter(ports, {
    id: args[0] ?? "",
    edit: edit.make,
    dryRun: flags.dryRun,
    force: flags.force,
    retentionDays: settings.journal.retentionDays,
    onPlanned: (planned) => showPlan(invocation, planned),
    confirm: () => ask(invocation),
    signal: stop,
  });
}

async function showPlan(invocation: Invocation<FixFlags>, planned: PlannedFix): Promise<void> {
  const { isAsked, preview } = await import("../preview.js");
  const { renderFixPlan } = await import("../../ui/plain/fix-report.js");
  if (isAsked(invocation)) await preview(invocation, planned, renderFixPlan);
}

async function ask(invocation: Invocation<FixFlags>): Promise<void> {
  const { confirm } = await import("../confirm.js");
  await confirm(invocation, "Send this copy in the place of the dead letter?");
}
