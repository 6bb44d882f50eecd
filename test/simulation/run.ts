/** One run of a processor, which can be killed or frozen at any moment. */
export interface Run {
  readonly name: string;
  readonly kind: NonNullable<RunOptions["kind"]>;
  readonly visibilitySeconds: number;
  readonly startedAt: number;
  /** Nothing of it happens any more from then on, but for calls that are on their way. */
  goneAt: number | undefined;
  /** It was killed; otherwise it ended by itself. */
  isKilled: boolean;
  frozenUntil: number;
  /** When it was frozen last. */
  frozenAt: number | undefined;
  /** How far its machine's clock is ahead of the true one. */
  wallShiftMs: number;
  readonly stop: AbortController;
  readonly force: AbortController;
  stoppedAt: number | undefined;
  /** It was told not to finish what it holds. */
  isForced: boolean;
  /** When a call of it last went out with which something goes wrong. */
  lastFaultAt: number;
}

/** How a processor is run. */
export interface RunOptions {
  /** `function`: as an AWS Lambda function, with its event source mapping. */
  kind?: "process" | "function";
  drain?: boolean;
  attempts?: number;
  visibilitySeconds?: number;
  stopTimeoutMs?: number;
  concurrency?: number;
  wallShiftMs?: number;
  /** Of a function: batches never wait at the mapping until somebody else has their messages. */
  isPrompt?: boolean;
}

export function createRun(name: string, startedAt: number, options: RunOptions): Run {
  const { kind = "process", visibilitySeconds = 60, wallShiftMs = 0 } = options;
  return {
    name,
    kind,
    visibilitySeconds,
    startedAt,
    goneAt: undefined,
    isKilled: false,
    frozenUntil: 0,
    frozenAt: undefined,
    wallShiftMs,
    stop: new AbortController(),
    force: new AbortController(),
    stoppedAt: undefined,
    isForced: false,
    lastFaultAt: 0,
  };
}
