import type { ReplayReport } from "../app/replay/replay-events.js";
import { EvpError } from "../core/errors.js";
import { SNS_MAX_BYTES } from "../core/limits.js";
import { newReplayId } from "../core/replay-id.js";
import { commandLine } from "./command-line.js";
import type { Invocation } from "./command-spec.js";
import { DEFAULT_RATE_PER_SECOND, type ReplayFlags } from "./commands/replay.js";
import { type StackSession, withStack } from "./stack-session.js";
import { toInstant } from "./values.js";

/** `evp replay`: finds out what is meant, shows the plan, asks, sends, and says how to go on where it was cut off. */
export async function runReplay(invocation: Invocation<ReplayFlags>): Promise<void> {
  const period = readPeriod(invocation);
  const changes = invocation.flags.dryRun !== true;
  await withStack(invocation, { changes }, (session) => replay(invocation, session, period));
}

interface Period {
  clientId: string;
  /** ms since 1970. */
  since: number | undefined;
  until: number;
}

function readPeriod({ context, flags }: Invocation<ReplayFlags>): Period {
  const now = context.clock.now();
  if (flags.client === undefined) {
    throw new EvpError("nothing says whose events to replay", {
      code: "client-missing",
      category: "usage",
      hint: "Name a client with --client; evp client list shows who is registered.",
    });
  }
  const since = toInstant(flags.from, now);
  const until = Math.min(toInstant(flags.to, now) ?? now, now);
  if (since === undefined || since < until) return { clientId: flags.client, since, until };
  throw new EvpError("the period is empty: --from is not before --to", {
    code: "period-empty",
    category: "usage",
    hint: "Without --to, the period ends now; --from 2h means two hours ago.",
  });
}

async function replay(invocation: Invocation<ReplayFlags>, session: StackSession, period: Period): Promise<void> {
  const { context, flags, output } = invocation;
  const { replayProblem } = await import("../app/replay/replay-report.js");
  const { renderReplayReport } = await import("../ui/plain/replay-report.js");
  const { assertSendable } = await import("./confirm-sending.js");
  const { randomUUID } = await import("node:crypto");
  if (flags.dryRun !== true) assertSendable(invocation, session.settings, "send stored events once more?");
  const holder = randomUUID();
  const replayId = flags.resume ?? newReplayId(context.clock.now(), holder);
  const report = await replayWithProgress(invocation, session, period, { replayId, holder });
  await output.result(report, renderReplayReport);
  const since = report.resumeFrom === null ? period.since : Date.parse(report.resumeFrom);
  const problem = replayProblem(report, resumeLine(invocation, replayId, { ...period, since }));
  if (problem !== undefined) throw problem;
}

async function replayWithProgress(
  invocation: Invocation<ReplayFlags>,
  session: StackSession,
  { clientId, since, until }: Period,
  { replayId, holder }: { replayId: string; holder: string },
): Promise<ReplayReport> {
  const { context, flags, output, stop } = invocation;
  const { connection, settings } = session;
  const { replayEvents } = await import("../app/replay/replay-events.js");
  const { createTriageExaminer } = await import("./triage-examiner.js");
  const { journal, clients, publisher } = connection;
  const triage = await createTriageExaminer(settings);
  const queue = (name: string) => connection.queue(name);
  let progress = await output.spin("Looking at the stored events");
  let total = 0;
  try {
    return await replayEvents(
      { journal, clients, publisher, queue, triage, clock: context.clock, holder },
      {
        filter: { clientId, since, until, type: flags.type, ids: flags.id },
        replayId,
        resumes: flags.resume !== undefined,
        to: flags.toQueue === true ? "queue" : "topic",
        ratePerSecond: flags.rate ?? DEFAULT_RATE_PER_SECOND,
        maxBytes: Math.max(settings.maxEventBytes, SNS_MAX_BYTES),
        retentionDays: settings.journal.retentionDays,
        dryRun: flags.dryRun === true,
        async confirm(planned) {
          progress.stop();
          total = eventsOf(planned);
          await askFor(invocation, session, planned, total);
          const line = resumeLine(invocation, replayId, { clientId, since, until });
          output.note(`Replay ${replayId} begins. If it is cut off, go on with it: ${line}`);
          progress = await output.spin("Replaying");
        },
        onCount: (events) => progress.say(`Looking at the stored events: ${events}`),
        onProgress: (replayed) => progress.say(`Replaying: ${replayed} of ${total} sent`),
        signal: stop,
      },
    );
  } finally {
    progress.stop();
  }
}

async function askFor(
  invocation: Invocation<ReplayFlags>,
  { settings }: StackSession,
  planned: ReplayReport,
  total: number,
): Promise<void> {
  const { renderReplayPlan } = await import("../ui/plain/replay-plan.js");
  const { styleFor } = await import("../ui/style.js");
  const { confirmSending } = await import("./confirm-sending.js");
  const { context, output } = invocation;
  const style = await styleFor(context.stderr, output.isColourWanted);
  output.note(renderReplayPlan(planned, style).trimEnd());
  const where = planned.to === "topic" ? "through its topic" : "to its queue";
  await confirmSending(
    invocation,
    settings,
    `Send ${total} ${total === 1 ? "event" : "events"} to ${planned.clientId} once more, ${where}?`,
  );
}

/** The command line that goes on with this replay: its period as it is now, whatever `2h` means later. */
function resumeLine({ globals, flags }: Invocation<ReplayFlags>, replayId: string, period: Period): string {
  const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return commandLine(globals, [
    ["replay"],
    ["--client", period.clientId],
    ["--from", iso(period.since)],
    ["--to", iso(period.until)],
    ["--type", flags.type],
    ...(flags.id ?? []).map((id) => ["--id", id]),
    flags.toQueue === true ? ["--to-queue"] : [undefined],
    ["--rate", flags.rate === undefined ? undefined : `${flags.rate}/s`],
    ["--resume", replayId],
  ]);
}

function eventsOf({ plan }: ReplayReport): number {
  return Object.values(plan.byType).reduce((sum, count) => sum + count, 0);
}
