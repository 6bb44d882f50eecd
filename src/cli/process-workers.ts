import type { ProcessEvents, ProcessListener, ProcessSummary } from "../app/process/events.js";
import { mergeSummaries } from "../app/process/merge-summaries.js";
import { EvpError } from "../core/errors.js";
import type { ParentProcess, WorkerProcess } from "../ports/worker-process.js";
import type { CliContext } from "./context.js";

/** What a worker tells its parent: what happened since it last told, and in the end what it did. */
type Told = { events: ToldEvent[] } | { summary: ProcessSummary };
type ToldEvent = { [Name in keyof ProcessEvents]: [Name, ProcessEvents[Name]] }[keyof ProcessEvents];

interface WorkersOptions {
  context: Pick<CliContext, "startWorker" | "clock">;
  workers: number;
  /** Told of what all the workers do; undefined where nobody looks. */
  listener: ProcessListener | undefined;
  /** Takes what workers print on stderr by themselves: why one could not start, a warning of Node's, how one crashed. */
  onPrinted: (text: string) => void;
  stop: AbortSignal;
  force: AbortSignal;
}

/**
 * Runs processors in processes of their own, and ends when all have ended.
 * @throws EvpError when one ends otherwise than it should: then the others finish what they hold
 */
export async function runWorkers(options: WorkersOptions): Promise<ProcessSummary> {
  const { context, workers, listener, onPrinted, stop, force } = options;
  const processes = Array.from({ length: workers }, () => context.startWorker(listener !== undefined));
  for (const worker of processes) worker.listenErrors(onPrinted);
  const order = (what: "stop" | "force") => () => {
    for (const worker of processes) worker.order(what);
  };
  const orderStop = order("stop");
  const orderForce = order("force");
  stop.addEventListener("abort", orderStop);
  force.addEventListener("abort", orderForce);
  const summaries = await Promise.all(
    processes.map(async (worker, index) => {
      const summary = summaryOf(worker, listener && markSamples(listener, index));
      const failure = await worker.ended;
      if (failure !== undefined) orderStop();
      return { failure, summary: await summary };
    }),
  );
  stop.removeEventListener("abort", orderStop);
  force.removeEventListener("abort", orderForce);
  const failure = summaries.find((each) => each.failure !== undefined)?.failure;
  if (failure !== undefined) throw workerError(failure);
  return mergeSummaries(summaries.flatMap(({ summary }) => summary ?? []));
}

/** @returns what it says it did, once it has ended */
async function summaryOf(worker: WorkerProcess, listener: ProcessListener | undefined) {
  let summary: ProcessSummary | undefined;
  worker.listen((told) => {
    if (!isTold(told)) return;
    if ("summary" in told) summary = told.summary;
    else for (const [name, payload] of told.events) listener?.(name, payload);
  });
  await worker.ended;
  return summary;
}

/** Samples of several workers are told from each other. */
function markSamples(listener: ProcessListener, worker: number): ProcessListener {
  return (name, payload) => listener(name, name === "processor:sampled" ? { ...payload, worker } : payload);
}

function isTold(told: unknown): told is Told {
  return typeof told === "object" && told !== null && ("summary" in told || "events" in told);
}

function workerError(why: string): EvpError {
  return new EvpError(`a worker ended unexpectedly: ${why}`, {
    code: "worker-failed",
    category: "failed",
    hint: "What it held comes back to the queue by itself. What it said is above; run evp process again to go on.",
    retryable: true,
  });
}

const TELL_EVERY_MS = 200;

/** What a worker does instead of showing anything: it tells its parent, a batch at a time. */
export function createTeller(parent: ParentProcess, clock: CliContext["clock"]) {
  let events: [keyof ProcessEvents, ProcessEvents[keyof ProcessEvents]][] = [];
  let isTelling = false;

  async function tellLater(): Promise<void> {
    isTelling = true;
    await clock.sleep(TELL_EVERY_MS);
    await flush();
    isTelling = false;
    if (events.length > 0) void tellLater();
  }

  async function flush(): Promise<void> {
    const told = events;
    events = [];
    if (told.length > 0) await parent.tell({ events: told });
  }

  const listener: ProcessListener = (name, payload) => {
    if (!parent.wantsEvents) return;
    events.push([name, payload]);
    if (!isTelling) void tellLater();
  };
  return {
    listener,
    async finish(summary: ProcessSummary): Promise<void> {
      await flush();
      await parent.tell({ summary });
    },
  };
}
