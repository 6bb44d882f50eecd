import type { ProcessSummary } from "../../src/app/process/events.js";
import { type ProcessorOptions, runProcessor } from "../../src/app/process/processor.js";
import { createExaminer } from "../../src/core/examine.js";
import { compileSchemas } from "../../src/core/schema-compiler.js";
import type { Tracing } from "../../src/ports/tracing.js";
import { eventBody } from "./events.js";
import { createManualClock, type ManualClock } from "./manual-clock.js";
import { ModelStack } from "./model-stack.js";

export const MINUTE = 60_000;
const schema = { type: "object", required: ["amount"] };
const schemas = compileSchemas([{ file: "default", text: JSON.stringify(schema) }], []);
const examine = createExaminer({ mapping: "evp", schemas, maxEventBytes: 256 * 1024 });
const PROCESS = {
  concurrency: 100,
  maxHeldBytes: 32 * 1024 * 1024,
  attempts: 5,
  callTimeoutMs: 10_000,
  stopTimeoutMs: 20_000,
};
const SETTINGS: Pick<ProcessorOptions["settings"], "ingress" | "journal"> = {
  ingress: { kind: "fifo", visibilitySeconds: 60, maxReceiveCount: 1000 },
  journal: { retentionDays: 30, replayIndex: true, rejectionIndex: true },
};

/** A processor at work on a model of a stack. */
export interface RunningProcessor {
  /** Names of what it told, with the event's id where there is one. */
  told: string[];
  stop: AbortController;
  force: AbortController;
  summary: Promise<ProcessSummary>;
}

interface StartOptions {
  drain?: boolean;
  process?: Partial<typeof PROCESS>;
  /** In the place of the stack's own. */
  connection?: ModelStack["connection"];
  trace?: Tracing;
}

/** Starts a processor whose events need an `amount`; it drains unless it is told otherwise. */
export function startProcessor(stack: ModelStack, clock: ManualClock, options: StartOptions = {}): RunningProcessor {
  const { drain = true, process = {}, connection = stack.connection, trace } = options;
  const told: string[] = [];
  const stop = new AbortController();
  const force = new AbortController();
  const summary = runProcessor({
    connection,
    settings: { ...SETTINGS, process: { ...PROCESS, ...process } },
    clock,
    examine,
    tell: (name, payload) => told.push("eventId" in payload ? `${name} ${payload.eventId}` : name),
    trace,
    drain,
    stop: stop.signal,
    force: force.signal,
  });
  return { told, stop, force, summary };
}

/** A stack with client-1 and client-2, which may have transactions. */
export function createStack(): { clock: ManualClock; stack: ModelStack } {
  const clock = createManualClock();
  const stack = new ModelStack(clock);
  stack.addClient("client-1");
  stack.addClient("client-2");
  return { clock, stack };
}

/** An event for client-1 that passes, unless it is changed. */
export function bodyOf(id: string, changes: Parameters<typeof eventBody>[0] = {}): string {
  return eventBody({ id, payload: { amount: 1 }, ...changes });
}

/** Runs a processor until the queue is empty. */
export async function drain(stack: ModelStack, clock: ManualClock, withinMs = MINUTE): Promise<ProcessSummary> {
  const { summary } = startProcessor(stack, clock);
  await clock.advance(withinMs);
  return summary;
}
