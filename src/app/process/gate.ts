import type { Breakers, Dependency } from "./breakers.js";
import { HandBack, type HeldMessage } from "./held-message.js";
import type { ProcessContext } from "./process-context.js";

/** Lets work through to the dependencies that work. */
export interface Gate {
  /**
   * Makes a call once its dependency may be asked; the message is held meanwhile. While it is down, one call at a time goes
   * through as its probe.
   *
   * @param isEndless - waits on while the processor finishes what it holds
   * @throws HandBack when the message must not wait any longer
   */
  pass<Value>(
    held: HeldMessage,
    dependency: Dependency,
    call: () => Promise<Value>,
    options?: { isEndless: boolean },
  ): Promise<Value>;
  isShut(dependency: Dependency): boolean;
  /** Whether the message may pass as if there were no gate, as nearly always. */
  isOpenFor(held: HeldMessage, dependency: Dependency): boolean;
}

/** A dependency that stumbles is waited for with everything that is held; only then is what waits behind a head given back. */
const GRACE_MS = 3_000;
/** How long a head is held. Then another processor, which may reach what this one does not, can have it. */
const MAX_PARKED_MS = 2 * 60_000;

interface GateOptions {
  context: ProcessContext;
  breakers: Breakers;
  /** Told of a message that waits for longer than a moment. */
  onParked: (held: HeldMessage) => void;
}

/** A head that is held costs no receive, by which the queue would count it towards its DLQ; and it is the work that probes. */
export function createGate({ context, breakers, onParked }: GateOptions): Gate {
  const { clock, settings, stopped, stopping, isBrief = false } = context;
  /** Heads that wait for one client's topic must leave room for the other clients' messages. */
  const maxWaiting = Math.max(1, Math.floor(settings.process.concurrency / 2));

  async function park(held: HeldMessage, dependency: Dependency, isEndless: boolean): Promise<"go" | "probe"> {
    const since = held.waitsSince ?? clock.monotonic();
    held.waitsSince = since;
    const signal = isEndless ? stopped : stopping;
    for (let entered = breakers.enter(dependency); ; entered = breakers.enter(dependency)) {
      if (entered !== "wait") return entered;
      const waitedMs = clock.monotonic() - since;
      const isLong = isBrief ? waitedMs >= GRACE_MS : waitedMs >= MAX_PARKED_MS && breakers.waiting(dependency) > 1;
      if (!isEndless && isLong) throw new HandBack("failed", `waited too long for ${dependency}`);
      if (waitedMs >= GRACE_MS && !held.isParked) {
        held.isParked = true;
        onParked(held);
      }
      await breakers.change(dependency, waitedMs < GRACE_MS ? GRACE_MS - waitedMs : MAX_PARKED_MS, signal);
      if (signal.aborted) throw new HandBack("stopping", "the processor stops");
      if (held.isGone) throw new HandBack("lost", "the lease was lost");
    }
  }

  async function wait(held: HeldMessage, dependency: Dependency, isEndless: boolean): Promise<"go" | "probe"> {
    if (!isEndless && !breakers.isShared(dependency) && breakers.waiting(dependency) >= maxWaiting)
      throw new HandBack("failed", `many messages wait for ${dependency} already`);
    breakers.addWaiting(dependency, 1);
    try {
      return await park(held, dependency, isEndless);
    } finally {
      breakers.addWaiting(dependency, -1);
    }
  }

  async function enterAndCall<Value>(
    held: HeldMessage,
    dependency: Dependency,
    call: () => Promise<Value>,
    isEndless: boolean,
  ): Promise<Value> {
    let entered = breakers.enter(dependency);
    if (entered === "wait") entered = await wait(held, dependency, isEndless);
    // A probe goes on waiting where it finds that nothing has changed.
    if (entered === "go") endWait(held);
    try {
      return await call();
    } finally {
      if (entered === "probe") breakers.endProbe(dependency);
    }
  }

  const isOpenFor = (held: HeldMessage, dependency: Dependency) =>
    held.waitsSince === undefined && !breakers.isShut(dependency);

  return {
    isShut: breakers.isShut,
    isOpenFor,
    pass(held, dependency, call, { isEndless } = { isEndless: false }) {
      // Nearly every call: it must not cost more than the look.
      if (isOpenFor(held, dependency)) return call();
      return enterAndCall(held, dependency, call, isEndless);
    },
  };
}

function endWait(held: HeldMessage): void {
  held.waitsSince = undefined;
  held.isParked = false;
}
