import type { ProcessListener } from "../app/process/events.js";
import { noteEvent } from "../app/processor-reports/note-event.js";
import { toReport } from "../app/processor-reports/processor-report.js";
import { startRun } from "../app/processor-reports/run-state.js";
import type { Clock } from "../ports/clock.js";
import type { Journal } from "../ports/journal.js";

export interface ProcessReportsOptions {
  journal: Pick<Journal, "noteProcessor" | "forgetProcessor">;
  clock: Clock;
  host: string;
  /** Of the process that an operator would end: with workers, their parent. */
  pid: number;
  /** Of evp. */
  version: string;
}

export interface ProcessReports {
  /** To be told of everything that the processor does, or that all its workers do. */
  listener: ProcessListener;
  /** Says no more, and lets the journal forget this processor; takes 2 s at most, and never rejects. */
  close(): Promise<void>;
}

/** The first report comes soon, so that whoever looks right after the start sees the processor. */
const FIRST_REPORT_MS = 1_000;
const REPORT_EVERY_MS = 10_000;
const CLOSE_WITHIN_MS = 2_000;

/**
 * While a processor runs, says every 10 s in the journal how it is, for `evp status` and `evp groups` from elsewhere. A report that
 * fails is no concern of the work: the next one says more.
 */
export function openProcessReports({ journal, clock, host, pid, version }: ProcessReportsOptions): ProcessReports {
  const startedAt = clock.now();
  const chance = Math.floor(clock.random() * 2 ** 32).toString(36);
  const identity = { processorId: `${host}-${pid}-${startedAt.toString(36)}-${chance}`, host, pid, version };
  const state = startRun(startedAt);
  const closed = new AbortController();
  const reporting = report();

  async function report(): Promise<void> {
    await clock.sleep(FIRST_REPORT_MS, closed.signal);
    while (!closed.signal.aborted) {
      await journal.noteProcessor(toReport(state, identity, clock.now())).catch(() => undefined);
      await clock.sleep(REPORT_EVERY_MS, closed.signal);
    }
  }

  async function forget(): Promise<void> {
    // A report that is still under way would come after.
    await reporting;
    await journal.forgetProcessor(identity.processorId).catch(() => undefined);
  }

  return {
    listener: (name, payload) => noteEvent(state, name, payload, clock.now()),
    async close() {
      closed.abort();
      const forgotten = new AbortController();
      await Promise.race([forget().finally(() => forgotten.abort()), clock.sleep(CLOSE_WITHIN_MS, forgotten.signal)]);
    },
  };
}
