import type { ProcessListener, ProcessSummary } from "../../app/process/events.js";
import { EvpError } from "../../core/errors.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { StackSession } from "../stack-session.js";
import { readCount } from "../values.js";

export interface ProcessFlags {
  drain?: boolean;
  concurrency?: number;
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
      description: "messages held at the same time at most (default: 1000)",
      parse: readCount,
    },
  ],
  examples: [
    { run: "evp process", does: "with a live view on a terminal, with log lines elsewhere" },
    { run: "evp process --drain --json", does: "empty the queue and print what was done" },
    { run: "evp process 2> evp.log", does: "a JSON log line for each event" },
  ],
  stopsItself: "at-once",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    await withStack(invocation, { changes: true }, async (session) => {
      const summary = await process(invocation, session);
      const { renderProcessSummary } = await import("../../ui/plain/process-summary.js");
      await invocation.output.result(summary, renderProcessSummary);
      assertFinished(invocation);
    });
  },
};

async function process(
  invocation: Invocation<ProcessFlags>,
  { connection, settings }: StackSession,
): Promise<ProcessSummary> {
  const { context, flags, stop } = invocation;
  const { createStackExaminer } = await import("../stack-examiner.js");
  const { runProcessor } = await import("../../app/process/processor.js");
  const examine = await createStackExaminer(settings, context.cwd);
  const concurrency = flags.concurrency ?? settings.process.concurrency;
  const view = await openView(invocation, `${settings.stack} on ${settings.target.name}`);
  try {
    return await runProcessor({
      connection,
      settings: { ...settings, process: { ...settings.process, concurrency } },
      clock: context.clock,
      examine,
      tell: view.listener,
      drain: flags.drain === true,
      stop,
      force: context.signals.force,
    });
  } finally {
    await view.close();
  }
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

/** A drain that was cut short is not done; without `--drain`, a signal is how it ends. */
function assertFinished({ context, flags, stop }: Invocation<ProcessFlags>): void {
  if (!(flags.drain === true ? stop : context.signals.force).aborted) return;
  throw new EvpError("interrupted; what was not finished is back on the queue", {
    code: "interrupted",
    category: "interrupted",
    hint: "Run evp process again to go on.",
    retryable: true,
  });
}
