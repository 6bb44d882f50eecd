import type { IngestEvents, IngestListener } from "../app/ingest/ingest-events.js";
import type { RecordSource } from "../ports/record-source.js";
import type { Invocation } from "./command-spec.js";
import type { IngestFlags } from "./ingest-options.js";
import type { StackSession } from "./stack-session.js";

interface RunOptions {
  /** A signal is how it ends. */
  isEndless: boolean;
}

/**
 * `evp ingest …`, whatever the source: brings its records onto the ingress queue, tells how it goes, and closes it.
 * @throws EvpError by `ingestProblem`, after the report
 */
export async function runIngest(
  invocation: Invocation<IngestFlags>,
  { connection, settings }: StackSession,
  source: RecordSource,
  { isEndless }: RunOptions,
): Promise<void> {
  const { context, flags, output, stop } = invocation;
  const { ingest } = await import("../app/ingest/ingest.js");
  const { ingestProblem } = await import("../app/ingest/ingest-report.js");
  const { createEventCheck } = await import("./event-check.js");
  const { renderIngestReport } = await import("../ui/plain/ingest-report.js");
  const { ingress, deadLetters, journal } = connection;
  const check = createEventCheck(settings, context.clock);
  const progress = await openProgress(invocation, source.name);
  try {
    const report = await ingest({ ingress, deadLetters, journal, clock: context.clock, check }, source, {
      retentionDays: settings.journal.retentionDays,
      maxEventBytes: settings.maxEventBytes,
      ratePerSecond: flags.rate,
      limit: flags.limit,
      tell: progress.tell,
      signal: stop,
    });
    progress.stop();
    await output.result(report, renderIngestReport);
    const problem = ingestProblem(report, isEndless);
    if (problem !== undefined) throw problem;
  } finally {
    progress.stop();
    await source.close();
  }
}

/** Off a terminal, a line says now and then how it goes on. */
const LINE_EVERY_MS = 10_000;

/** A spinner on a terminal, lines elsewhere. */
async function openProgress(
  { context, output }: Invocation,
  name: string,
): Promise<{ tell: IngestListener; stop(): void }> {
  const { ingestProgress } = await import("../ui/plain/ingest-report.js");
  const { cleanText } = await import("../ui/external-text.js");
  const title = `Ingesting ${cleanText(name)}`;
  const spinner = await output.spin(title);
  const { clock } = context;
  let toldAt = clock.monotonic();
  const note = (text: string) => output.note(cleanText(text));
  const told: { [Name in keyof IngestEvents]: (payload: IngestEvents[Name]) => void } = {
    "records:settled": (counts) => {
      spinner.say(`${title}: ${ingestProgress(counts)}`);
      if (output.canAnimate || clock.monotonic() - toldAt < LINE_EVERY_MS) return;
      toldAt = clock.monotonic();
      note(`${title}: ${ingestProgress(counts)}`);
    },
    "record:dead-lettered": ({ reason, detail }) => note(`Put on the DLQ as ${reason}: ${detail}`),
    "call:failed": ({ message }) => note(`It goes on trying: ${message}`),
    "call:recovered": () => note("It works again."),
  };
  return { tell: (name, payload) => told[name](payload), stop: () => spinner.stop() };
}
