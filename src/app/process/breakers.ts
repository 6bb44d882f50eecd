import { afterFailure, type Breaker, CLOSED, dropProbe, startProbe } from "../../core/breaker.js";
import type { Fault } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { ProcessListener } from "./events.js";

/** What a processor depends on: a store, a registry and a DLQ for all events, and a topic for each client. */
export type Dependency = "store" | "registry" | "dlq" | `topic ${string}`;

/** A topic by its ARN, as people know it: by its name. */
export function topicDependency(topicArn: string): Dependency {
  return `topic ${topicArn.slice(topicArn.lastIndexOf(":") + 1)}`;
}

/** Where one of these is down nothing is received: without it no message is sure to get its outcome. A topic concerns one client alone. */
const SHARED: readonly Dependency[] = ["store", "registry", "dlq"];

/** A breaker for each dependency, and who waits for it. */
export interface Breakers {
  succeeded(dependency: Dependency): void;
  failed(dependency: Dependency, fault: Fault): void;
  isShut(dependency: Dependency): boolean;
  isShared(dependency: Dependency): boolean;
  /** Lets a call through, or not; what is let through while the dependency is down is its probe. */
  enter(dependency: Dependency): "go" | "probe" | "wait";
  /** The probe has come to its end; where it made no call, the next may probe. */
  endProbe(dependency: Dependency): void;
  /** Waits until entering may be worth another try: for `withinMs` at most, or until `signal` aborts. */
  change(dependency: Dependency, withinMs: number, signal: AbortSignal): Promise<void>;
  /** How many wait for it. */
  waiting(dependency: Dependency): number;
  addWaiting(dependency: Dependency, count: 1 | -1): void;
  /** How many messages may be received: as many as fit, none, or one where nothing but new work can tell whether a dependency is back. */
  admission(): "all" | "one" | "none";
  /** Waits until the admission may be another one. */
  admissionChange(signal: AbortSignal): Promise<void>;
}

interface Guarded {
  breaker: Breaker;
  waiting: number;
  /** Aborted, and replaced, at each change of state. */
  changed: AbortController;
}

/** Two that wait for the same moment must not wake each other without a pause. */
const LEAST_WAIT_MS = 50;
const LONGEST_LOOK_MS = 60_000;

export function createBreakers({ clock, tell }: { clock: Clock; tell: ProcessListener }): Breakers {
  const all = new Map<Dependency, Guarded>();

  function guarded(dependency: Dependency): Guarded {
    const known = all.get(dependency);
    if (known !== undefined) return known;
    const one = { breaker: CLOSED, waiting: 0, changed: new AbortController() };
    all.set(dependency, one);
    return one;
  }

  function become(one: Guarded, breaker: Breaker): void {
    const { state } = one.breaker;
    one.breaker = breaker;
    if (breaker.state === state) return;
    one.changed.abort();
    one.changed = new AbortController();
  }

  const isShut = (dependency: Dependency) => guarded(dependency).breaker.state !== "closed";

  async function changeOf(dependencies: readonly Dependency[], withinMs: number, signal: AbortSignal): Promise<void> {
    const shut = dependencies.filter(isShut).map(guarded);
    const now = clock.monotonic();
    // A probe ends by itself, and changes the state then.
    const waits = shut.map(({ breaker }) => (breaker.state === "open" ? breaker.retryAt - now : withinMs));
    const waitMs = Math.min(withinMs, Math.max(LEAST_WAIT_MS, ...waits));
    await clock.sleep(waitMs, AbortSignal.any([signal, ...shut.map(({ changed }) => changed.signal)]));
  }

  return {
    succeeded(dependency) {
      const one = guarded(dependency);
      const { breaker } = one;
      become(one, CLOSED);
      if (breaker.state === "closed") return;
      tell("breaker:closed", { dependency, openMs: Math.round(clock.monotonic() - breaker.since) });
    },
    failed(dependency, fault) {
      const one = guarded(dependency);
      const wasShut = isShut(dependency);
      become(one, afterFailure(one.breaker, clock.monotonic(), clock.random));
      if (!wasShut && isShut(dependency)) tell("breaker:opened", { dependency, fault });
    },
    isShut,
    isShared: (dependency) => SHARED.includes(dependency),
    enter(dependency) {
      const one = guarded(dependency);
      if (one.breaker.state === "closed") return "go";
      const probing = startProbe(one.breaker, clock.monotonic());
      if (probing === undefined) return "wait";
      become(one, probing);
      return "probe";
    },
    endProbe(dependency) {
      const one = guarded(dependency);
      become(one, dropProbe(one.breaker, clock.monotonic()));
    },
    change: (dependency, withinMs, signal) => changeOf([dependency], withinMs, signal),
    waiting: (dependency) => guarded(dependency).waiting,
    addWaiting(dependency, count) {
      guarded(dependency).waiting += count;
    },
    admission() {
      const shut = SHARED.filter(isShut).map(guarded);
      if (shut.length === 0) return "all";
      const now = clock.monotonic();
      const isLeftAlone = shut.every(({ breaker, waiting }) => waiting === 0 && startProbe(breaker, now) !== undefined);
      return isLeftAlone ? "one" : "none";
    },
    admissionChange: (signal) => changeOf(SHARED, LONGEST_LOOK_MS, signal),
  };
}
