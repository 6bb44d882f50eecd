import type { LeftBlocked, ProcessSummary } from "../../app/process/events.js";
import { EvpError } from "../../core/errors.js";
import type { ParentProcess } from "../../ports/worker-process.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import { readHttpAddress } from "../http-address.js";
import type { ObserverFlags, ProcessObservers } from "../process-observers.js";
import type { StackSession } from "../stack-session.js";
import { readCount, readWorkers } from "../values.js";

export interface ProcessFlags extends ObserverFlags {
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
      description: "messages that a processor holds at the same time at most (default: 1000)",
      parse: readCount,
    },
    {
      flags: "--workers <n>",
      description: "processors that share the work, each a process of its own (default: 1)",
      parse: readWorkers,
    },
    {
      flags: "--http <port>",
      description: "answer /health and /metrics there: a port of 127.0.0.1, or host:port",
      parse: readHttpAddress,
    },
  ],
  examples: [
    { run: "evp process --workers 4", does: "four processors, in processes of their own" },
    { run: "evp process", does: "with a live view on a terminal, with log lines elsewhere" },
    { run: "evp process --drain --json", does: "empty the queue and print what was done" },
    {
      run: "evp process 2> evp.log",
      does: "log lines of JSON: one a second, one a rejection",
    },
    { run: "evp process --http 9464", does: "with metrics for Prometheus, and health" },
  ],
  stopsItself: "at-once",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    await withStack(invocation, { changes: invocation.context.parent === undefined }, async (session) => {
      // Nothing is taken from the queue before there is somewhere to keep it.
      await session.connection.storeCare?.assertUsable();
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
  if (context.parent !== undefined) return processAsWorker(invocation, session, context.parent);
  const { openProcessObservers } = await import("../process-observers.js");
  const observers = await openProcessObservers(invocation, session);
  const { isLive } = await import("../process-view.js");
  const { createPrintedByWorkers } = await import("../printed-by-workers.js");
  const printed = createPrintedByWorkers(context.stderr, isLive(invocation.output));
  try {
    if (flags.workers === undefined || flags.workers === 1) return await processHere(invocation, session, observers);
    const { runWorkers } = await import("../process-workers.js");
    const { workers } = flags;
    const { listener } = observers;
    return await runWorkers({
      context,
      workers,
      listener,
      onPrinted: printed.take,
      stop,
      force: context.signals.force,
    });
  } finally {
    await observers.close();
    printed.printKept();
  }
}

/** A worker tells its parent what it does; only traces it exports itself. */
async function processAsWorker(
  invocation: Invocation<ProcessFlags>,
  session: StackSession,
  parent: ParentProcess,
): Promise<ProcessSummary> {
  const { createTeller } = await import("../process-workers.js");
  const { openProcessTracing } = await import("../process-tracing.js");
  const { listener, finish } = createTeller(parent, invocation.context.clock);
  const tracing = await openProcessTracing(invocation, session.settings, listener);
  try {
    const summary = await processHere(invocation, session, { listener, trace: tracing?.tracing });
    await finish(summary);
    return summary;
  } finally {
    await tracing?.close();
  }
}

async function processHere(
  { context, flags, stop }: Invocation<ProcessFlags>,
  { connection, settings }: StackSession,
  { listener, trace }: Pick<ProcessObservers, "listener" | "trace">,
): Promise<ProcessSummary> {
  const { createStackExaminer } = await import("../stack-examiner.js");
  const { runProcessor } = await import("../../app/process/processor.js");
  const { createSampler } = await import("../process-sampler.js");
  const examine = await createStackExaminer(settings, context.cwd);
  const concurrency = flags.concurrency ?? settings.process.concurrency;
  const sampler = createSampler(context.clock, listener);
  try {
    return await runProcessor({
      connection,
      settings: { ...settings, process: { ...settings.process, concurrency } },
      clock: context.clock,
      examine,
      tell: listener,
      trace,
      started: sampler.start,
      drain: flags.drain === true,
      stop,
      force: context.signals.force,
    });
  } finally {
    sampler.stop();
  }
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
