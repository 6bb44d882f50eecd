import type { LeftBlocked, ProcessListener, ProcessSummary } from "../../app/process/events.js";
import { EvpError } from "../../core/errors.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { StackSession } from "../stack-session.js";
import { readCount, readWorkers } from "../values.js";

export interface ProcessFlags {
  drain?: boolean;
  concurrency?: number;
  workers?: number;
}

export const processCommand: CommandSpec<ProcessFlags> = {
  name: "process",
  summary: "run the processor",
  description:
    "Takes events from the ingress queue, validates them, stores them and publishes each on its client's topic, in order. It runs in the foreground until Ctrl-C, which lets it finish what it holds; a second Ctrl-C ends it at once. Nothing is lost either way.",
  options: [
    { flags: "--drain", description: "end once the queue is empty" },
    {
      flags: "--concurrency <n>",
      description: "messages that a processor holds at the same time at most (default: 1000)",
      parse: readCount,
    },
    {
      flags: "--workers <n>",
      description: "processors that share the work, each a process of its own (default: 1)",
      parse: readWorkers,
    },
  ],
  examples: [
    { run: "evp process --workers 4", does: "four processors, in processes of their own" },
    { run: "evp process", does: "with a live view on a terminal, with log lines elsewhere" },
    { run: "evp process --drain --json", does: "empty the queue and print what was done" },
    { run: "evp process 2> evp.log", does: "a JSON log line for each event" },
  ],
  stopsItself: "at-once",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    await withStack(invocation, { changes: invocation.context.parent === undefined }, async (session) => {
      const summary = await process(invocation, session);
      if (invocation.context.parent !== undefined) return;
      const { renderProcessSummary } = await import("../../ui/plain/process-summary.js");
      await invocation.output.result(summary, renderProcessSummary);
      assertFinished(invocation, summary);
    });
  },
};

async function process(invocation: Invocation<ProcessFlags>, session: StackSession): Promise<ProcessSummary> {
  const { context, flags, stop } = invocation;
  const { parent } = context;
  if (parent !== undefined) {
    const { createTeller } = await import("../process-workers.js");
    const teller = createTeller(parent, context.clock);
    const summary = await processHere(invocation, session, teller.listener);
    await teller.finish(summary);
    return summary;
  }
  const { settings } = session;
  const view = await openView(invocation, `${settings.stack} on ${settings.target.name}`);
  try {
    if (flags.workers === undefined || flags.workers === 1)
      return await processHere(invocation, session, view.listener);
    const { runWorkers } = await import("../process-workers.js");
    const { force } = context.signals;
    const listener = invocation.output.isQuiet ? undefined : view.listener;
    return await runWorkers({ context, workers: flags.workers, listener, stop, force });
  } finally {
    await view.close();
  }
}

async function processHere(
  { context, flags, stop }: Invocation<ProcessFlags>,
  { connection, settings }: StackSession,
  tell: ProcessListener,
): Promise<ProcessSummary> {
  const { createStackExaminer } = await import("../stack-examiner.js");
  const { runProcessor } = await import("../../app/process/processor.js");
  const examine = await createStackExaminer(settings, context.cwd);
  const concurrency = flags.concurrency ?? settings.process.concurrency;
  return runProcessor({
    connection,
    settings: { ...settings, process: { ...settings.process, concurrency } },
    clock: context.clock,
    examine,
    tell,
    drain: flags.drain === true,
    stop,
    force: context.signals.force,
  });
}

/** How a run is shown while it goes on. */
interface View {
  listener: ProcessListener;
  close(): Promise<void>;
}

async function openView({ context, output, stop }: Invocation<ProcessFlags>, title: string): Promise<View> {
  if (output.canAnimate && !output.isVerbose) {
    const { openLiveView } = await import("../../ui/live/index.js");
    return openLiveView({
      stderr: context.stderr,
      now: context.clock.now,
      title,
      isColourWanted: output.isColourWanted,
      stop,
    });
  }
  if (output.isQuiet) return { listener: () => undefined, close: async () => undefined };
  const { createProcessLog } = await import("../../ui/log.js");
  return createProcessLog(context.stderr, output.isVerbose ? "debug" : "info");
}

/** A drain that was cut short is not done, and one that leaves blocked groups is partly done; without `--drain`, a signal is how it ends. */
function assertFinished(
  { context, flags, stop }: Invocation<ProcessFlags>,
  { blockedGroups }: Pick<ProcessSummary, "blockedGroups">,
): void {
  const isCut = (flags.drain === true ? stop : context.signals.force).aborted;
  if (!isCut && flags.drain === true && blockedGroups.length > 0) throw leftBlocked(blockedGroups);
  if (!isCut) return;
  throw new EvpError("interrupted; what was not finished is back on the queue", {
    code: "interrupted",
    category: "interrupted",
    hint: "Run evp process again to go on.",
    retryable: true,
  });
}

/** Groups that an error names; the others are counted. */
const NAMED_GROUPS = 5;

function leftBlocked(groups: LeftBlocked[]): EvpError {
  const named = groups
    .slice(0, NAMED_GROUPS)
    .map(({ groupId, clientId, reason }) => `${groupId} (${reason}, of ${clientId})`);
  const others = groups.length > named.length ? ` and ${groups.length - named.length} more` : "";
  return new EvpError(`what is left is blocked: ${named.join(", ")}${others}`, {
    code: "groups-blocked",
    category: "partly-done",
    hint: "evp status tells what blocks each and what can be done; then run evp process --drain again.",
  });
}
