import type { Command } from "./aws/commands.js";
import type { Effect } from "./aws/effects.js";
import { GivenUp } from "./aws/errors.js";
import { INGRESS, type Outcome, type SimulatedStack } from "./aws/simulated-stack.js";
import type { Call } from "./call.js";
import { drawEntryFaults } from "./faults/entry-faults.js";
import type { EntryFault, Fate } from "./faults/fate.js";
import { below } from "./random.js";
import type { Run } from "./run.js";
import { describeCommand, entrySteps } from "./steps.js";
import { SECOND } from "./times.js";
import type { VirtualClock } from "./virtual-clock.js";

/** Who watches the calls: the oracle, the coverage, the trace. */
export interface Observer {
  /** The call goes out, unless the process dies at that; `faults` of its entries, none where it is empty. */
  begun?(call: Call, faults: readonly (EntryFault | undefined)[]): void;
  /** It has come to pass, whether or not anybody hears of it. */
  happened?(call: Call, effects: readonly Effect[], failure: Error | undefined): void;
  /** The processor knows the answer; undefined: it sees an error. */
  answered?(call: Call, effects: readonly Effect[] | undefined): void;
}

interface WireOptions {
  clock: VirtualClock;
  stack: SimulatedStack;
  observers: readonly Observer[];
  fateOf: (call: Omit<Call, "fate">) => Fate;
  kill: (run: Run) => void;
  freeze: (run: Run, ms: number) => void;
  /** Told of an error that is no service's answer. */
  defect: (error: unknown) => void;
}

/** What ends a client's patience: a time, ms, or a signal. */
interface Bound {
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** The way between processors and services. */
export interface Wire {
  send(run: Run, command: Command, bound: Bound): Promise<object>;
  /** Comes back when the process runs; never, once it is killed. */
  alive(run: Run): Promise<void>;
  /** Something has become visible. */
  poke(): void;
}

/** How long a call of a process that died may still be on its way. */
const LATE_MS = 8 * SECOND;

export function createWire({ clock, stack, observers, fateOf, kill, freeze, defect }: WireOptions): Wire {
  const polls = new Set<() => void>();

  async function alive(run: Run): Promise<void> {
    while (!run.isKilled && run.frozenUntil > clock.now()) await clock.sleep(run.frozenUntil - clock.now());
    if (run.isKilled) await new Promise(() => undefined);
  }

  async function send(run: Run, command: Command, { timeoutMs, signal }: Bound): Promise<object> {
    await alive(run);
    const described = { run, command, begunAt: clock.now(), timeoutMs, ...describeCommand(command, run) };
    const fate = fateOf(described);
    const call: Call = { ...described, fate };
    const faults = drawEntryFaults(entrySteps(command, run), fate, clock.random);
    for (const observer of observers) observer.begun?.(call, faults);
    if (fate.crash === "before") {
      kill(run);
      await alive(run);
    }
    if (fate.freezeMs > 0) void clock.sleep(1).then(() => freeze(run, fate.freezeMs));
    const landing = land(call, faults);
    const aborted = abortionOf(signal);
    if (fate.failure === "timeout") {
      landing.catch(failHere);
      await Promise.race([clock.sleep(timeoutMs), aborted]);
      return give(call, undefined, new GivenUp());
    }
    const landed = landing.catch(failHere);
    const outcome = (await (signal === undefined ? landed : Promise.race([landed, aborted]))) ?? undefined;
    if (signal?.aborted) return give(call, undefined, new GivenUp());
    if (fate.answerAfterMs > 0) await clock.sleep(fate.answerAfterMs);
    return give(call, outcome, fate.failure);
  }

  /** A defect of the simulation must not look like an outage. */
  function failHere(error: unknown): Promise<never> {
    defect(error);
    return new Promise(() => undefined);
  }

  /** What the service does, however the client fares meanwhile. */
  async function land(call: Call, faults: readonly (EntryFault | undefined)[]): Promise<Outcome | undefined> {
    const { fate, run } = call;
    if (fate.effectAfterMs > 0) await clock.sleep(fate.effectAfterMs);
    if (fate.crash === "on the way") {
      kill(run);
      await clock.sleep(below(clock.random, LATE_MS));
    }
    if (!fate.hasEffect) return undefined;
    const outcome = call.command.name === "ReceiveMessage" ? await poll(call, faults) : happen(call, faults);
    if (fate.crash === "before the answer") kill(run);
    return outcome;
  }

  function happen(call: Call, faults: readonly (EntryFault | undefined)[]): Outcome {
    const outcome = stack.apply(call.command, clock.now(), faults, call.fate.entryError);
    for (const observer of observers) observer.happened?.(call, outcome.effects, outcome.failure);
    poke();
    return outcome;
  }

  function poke(): void {
    for (const look of [...polls]) look();
  }

  /** A long poll: looks again whenever something may have become visible. */
  async function poll(call: Call, faults: readonly (EntryFault | undefined)[]): Promise<Outcome> {
    const { name, input } = call.command;
    const waitMs = name === "ReceiveMessage" ? (input.WaitTimeSeconds ?? 0) * SECOND : 0;
    const until = clock.now() + waitMs;
    for (let left = waitMs; left > 0 && !isReady(); left = until - clock.now()) {
      const next = stack.model.queues.nextWakeAt(INGRESS) ?? until;
      const { ended, wake } = clock.rest(Math.min(left, Math.max(1, next - clock.now())));
      const look = () => isReady() && wake();
      polls.add(look);
      await ended;
      polls.delete(look);
    }
    return happen(call, faults);
  }

  function isReady(): boolean {
    return stack.model.queues.at(INGRESS, clock.now()).hasReady;
  }

  async function give(
    call: Call,
    outcome: Outcome | undefined,
    failure: Error | "timeout" | undefined,
  ): Promise<object> {
    const { run, begunAt, timeoutMs } = call;
    await alive(run);
    // After a standstill, the answer and the end of the client's patience are there at once.
    const isLate = clock.now() - begunAt > timeoutMs && clock.random() < 0.5;
    const seen = failure ?? (isLate ? new GivenUp() : outcome?.failure);
    for (const observer of observers) observer.answered?.(call, seen === undefined ? outcome?.effects : undefined);
    if (seen !== undefined) throw seen;
    return outcome?.answer ?? {};
  }

  return { send, alive, poke };
}

const abortions = new WeakMap<AbortSignal, Promise<void>>();

/** Resolves once the signal aborts; never, where there is none. */
function abortionOf(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return new Promise(() => undefined);
  const known = abortions.get(signal);
  if (known !== undefined) return known;
  // One listener for all calls: the signal lives as long as its processor.
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  abortions.set(signal, aborted);
  return aborted;
}
