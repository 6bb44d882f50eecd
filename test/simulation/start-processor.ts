import { runProcessor } from "../../src/app/process/processor.js";
import { createExaminer } from "../../src/core/examine.js";
import { compileSchemas } from "../../src/core/schema-compiler.js";
import type { Clock } from "../../src/ports/clock.js";
import { connectSimulated } from "./aws/connect-simulated.js";
import type { Run, RunOptions } from "./run.js";
import { CALL_TIMEOUT_MS, SECOND } from "./times.js";
import type { VirtualClock } from "./virtual-clock.js";
import type { Wire } from "./wire.js";

const schemas = compileSchemas([{ file: "default", text: '{"type":"object","required":["amount"]}' }], []);
export const examine = createExaminer({ mapping: "evp", schemas, maxEventBytes: 256 * 1024 });
/** As short as it may be, so that a schedule can see it end. */
const RETENTION_DAYS = 15;

export interface Surroundings {
  clock: VirtualClock;
  wire: Wire;
}

/** Runs the engine itself, over the simulated services, until it ends. */
export async function startProcessor(run: Run, options: RunOptions, { clock, wire }: Surroundings): Promise<void> {
  const settings = settingsOf(options);
  const ownClock = clockOf(run, clock, wire);
  await runProcessor({
    connection: connectSimulated({ wire, run, clock: ownClock, journal: settings.journal }),
    settings,
    clock: ownClock,
    examine,
    drain: options.drain ?? false,
    stop: run.stop.signal,
    force: run.force.signal,
  });
}

/** A clock that may be off the true time, and of which a process that stands still sees nothing. */
export function clockOf(run: Run, clock: VirtualClock, wire: Wire): Clock {
  return {
    random: clock.random,
    monotonic: clock.monotonic,
    now: () => clock.now() + run.wallShiftMs,
    async sleep(delayMs, signal) {
      await clock.sleep(delayMs, signal);
      await wire.alive(run);
    },
  };
}

export function settingsOf(options: RunOptions) {
  const { attempts = 5, visibilitySeconds = 60, stopTimeoutMs = 20 * SECOND, concurrency = 100 } = options;
  const maxHeldBytes = 32 * 1024 * 1024;
  return {
    ingress: { kind: "fifo" as const, visibilitySeconds, maxReceiveCount: 1000 },
    journal: { retentionDays: RETENTION_DAYS, replayIndex: true, rejectionIndex: true },
    process: { concurrency, maxHeldBytes, attempts, callTimeoutMs: CALL_TIMEOUT_MS, stopTimeoutMs },
  };
}
