import type { ProcessListener } from "../app/process/events.js";
import type { JournalSettings } from "../core/settings.js";
import type { QueueDepth } from "../ports/queue.js";
import type { Invocation } from "./command-spec.js";

/** How a run is shown while it goes on. */
interface ProcessView {
  listener: ProcessListener;
  close(): Promise<void>;
}

/** What a view needs beside what it is told. */
export interface ViewSources {
  /** How full the ingress queue is. A live view asks every 5 s; nothing else does. */
  depth: () => Promise<QueueDepth>;
  /** Which indexes there are is part of what an event costs. */
  journal: Pick<JournalSettings, "replayIndex" | "rejectionIndex">;
}

/**
 * A live view on a terminal, log lines elsewhere, nothing with `--quiet`. The live view takes the terminal's alternate screen,
 * so whatever else is written to stderr before `close` is lost with it.
 * @param title which stack is processed
 */
export async function openProcessView(
  invocation: Invocation,
  title: string,
  sources: ViewSources,
): Promise<ProcessView> {
  const { context, output } = invocation;
  if (isLive(output)) return openLive(invocation, title, sources);
  if (output.isQuiet) return { listener: () => undefined, close: async () => undefined };
  const { createProcessLog } = await import("../ui/log.js");
  return createProcessLog(context.stderr, output.isVerbose ? "debug" : "info", context.clock.now);
}

/** Whether a run is shown on the terminal's alternate screen. */
export function isLive({ canAnimate, isVerbose }: Invocation["output"]): boolean {
  return canAnimate && !isVerbose;
}

async function openLive(
  { context, output, stop }: Invocation,
  title: string,
  sources: ViewSources,
): Promise<ProcessView> {
  const { startRun } = await import("../app/processor-reports/run-state.js");
  const { noteEvent } = await import("../app/processor-reports/note-event.js");
  const { pictureOf } = await import("../app/processor-reports/run-picture.js");
  const { watchDepth } = await import("../app/processor-reports/watch-depth.js");
  const { openLiveView } = await import("../ui/live/index.js");
  const { clock, stderr } = context;
  const state = startRun(clock.now());
  const closed = new AbortController();
  const known = watchDepth(sources.depth, clock, closed.signal);
  const view = openLiveView({
    stderr,
    title,
    isColourWanted: output.isColourWanted,
    stop,
    picture: () => pictureOf(state, { queue: known.depth, journal: sources.journal }, clock.now()),
  });
  return {
    listener: (name, payload) => noteEvent(state, name, payload, clock.now()),
    close() {
      closed.abort();
      return view.close();
    },
  };
}
