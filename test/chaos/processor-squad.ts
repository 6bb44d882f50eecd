import { setTimeout as delay } from "node:timers/promises";
import type { ChaosHome, RunningProcessor } from "./chaos-home.js";
import type { FaultProxy } from "./fault-proxy.js";

/** The exit code of a processor that never reached its stack (docs/commands.md, "Exit codes"): whoever supervises it starts it again. */
const UNREACHABLE = 7;
/** Before it does, so that one which cannot start does not fill the machine with attempts. */
const RESTART_AFTER_MS = 500;

/** The processors of a round, supervised: one that ends by itself is started again, and that is a finding unless its stack was away when it started. */
export interface ProcessorSquad {
  /** Starts one more, behind a door of its own. */
  start(): Promise<void>;
  /** `kill -9` of one of those that run, and at once another one. */
  replace(place: number): Promise<void>;
  /** Tells all of them to stop, which each must do without complaint. Nothing is started any more. */
  stop(): Promise<void>;
  /** Starts nothing any more. */
  dismiss(): void;
  readonly findings: readonly string[];
}

export function createProcessorSquad(home: ChaosHome, proxy: FaultProxy): ProcessorSquad {
  const running = new Set<RunningProcessor>();
  const findings: string[] = [];
  let started = 0;
  let isDismissed = false;

  async function start(): Promise<void> {
    if (isDismissed) return;
    const name = `processor-${++started}`;
    const url = await proxy.openDoor(name);
    const processor = home.startProcessor(name, url);
    running.add(processor);
    void processor.ended.then((exitCode) => supervise(processor, exitCode));
  }

  /** One that was killed on purpose has left the squad before. */
  async function supervise(processor: RunningProcessor, exitCode: number | undefined): Promise<void> {
    if (!running.delete(processor) || isDismissed) return;
    if (exitCode !== UNREACHABLE) findings.push(`${processor.name} ended by itself with ${exitCode}`);
    await delay(RESTART_AFTER_MS);
    await start();
  }

  return {
    findings,
    start,
    async replace(place) {
      const processor = [...running][place % running.size];
      if (processor === undefined) return;
      running.delete(processor);
      await processor.kill();
      await start();
    },
    async stop() {
      isDismissed = true;
      const stopped = [...running].map(async (processor) => {
        const exitCode = await processor.stop();
        if (exitCode !== 0) findings.push(`${processor.name} was told to stop and ended with ${exitCode}`);
      });
      await Promise.all(stopped);
    },
    dismiss() {
      isDismissed = true;
    },
  };
}
