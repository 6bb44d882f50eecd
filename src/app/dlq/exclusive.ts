import { EvpError } from "../../core/errors.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, Lock } from "../../ports/journal.js";
import { retryCall } from "../retry-call.js";
import { HOLD_SECONDS } from "./search-queue.js";

/** Longer than dead letters stay invisible to others, so that they can be seen again when the lock of a run that died runs out. */
const LOCK_MS = (HOLD_SECONDS + 5) * 1000;
export const RENEW_AFTER_MS = 5_000;
const LOOK_AGAIN_MS = 1_000;

interface LockPorts {
  journal: Pick<Journal, "takeLock" | "giveLock">;
  clock: Clock;
}

/** Keeps a lock that was taken. */
export interface Exclusive {
  /** Renews the lock where that is due; to be called before each step. @throws EvpError (failed) when somebody else has the lock */
  keep(): Promise<void>;
}

/**
 * Does `work` while holding the lock `name`. The lock of a holder that died is waited for; that of a holder that renews it is not.
 * @throws EvpError (failed, retryable) while somebody else does the same
 */
export async function withLock<Result>(
  { journal, clock }: LockPorts,
  name: string,
  holder: string,
  signal: AbortSignal | undefined,
  work: (exclusive: Exclusive) => Promise<Result>,
): Promise<Result> {
  const take = () => {
    const now = clock.now();
    return retryCall(clock, signal, () => journal.takeLock({ name, holder, until: now + LOCK_MS }, now));
  };
  await waitFor(take, clock, name, signal);
  let takenAt = clock.monotonic();
  let renewal: Promise<void> | undefined;
  const renew = async () => {
    const now = clock.monotonic();
    if ((await take()) !== undefined) throw taken(name);
    takenAt = now;
  };
  // Steps that go on at the same time wait for one renewal.
  const keep = async () => {
    if (clock.monotonic() - takenAt < RENEW_AFTER_MS) return;
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    await renewal;
  };
  try {
    return await work({ keep });
  } finally {
    // A lock that cannot be given back runs out by itself, and is no reason to hide what was done.
    await retryCall(clock, signal, () => journal.giveLock({ name, holder })).catch(() => undefined);
  }
}

async function waitFor(
  take: () => Promise<Lock | undefined>,
  clock: Clock,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const first = await take();
  for (let other = first; other !== undefined; other = await take()) {
    const isAlive = other.holder !== first?.holder || other.until !== first.until;
    if (isAlive || signal?.aborted === true) throw taken(name);
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

function taken(name: string): EvpError {
  return new EvpError(`another ${name} of this stack is running`, {
    code: "locked",
    category: "failed",
    hint: "Wait until it has ended, or stop it.",
    retryable: true,
  });
}
