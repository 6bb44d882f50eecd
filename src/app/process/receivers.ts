import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import type { ProcessSettings } from "../../core/settings.js";
import type { Breakers } from "./breakers.js";
import { createDrain } from "./drain.js";
import { HandBack, type HeldMessage } from "./held-message.js";
import type { Lanes } from "./lanes.js";
import type { Load } from "./load.js";
import type { ProcessContext } from "./process-context.js";
import { createReceive, type Receive } from "./receive.js";
import type { Turn } from "./turn.js";

/** Long polls are not aborted by the first signal, because an aborted one may have taken messages; so they are short, and a stop waits for one at most. */
const POLL_SECONDS = 2;
const DRAIN_POLL_SECONDS = 1;
/** One receiver brings ten messages a round trip; so many keep up with what one processor can do over a slow network. */
const MAX_RECEIVERS = 16;
const LONGEST_PAUSE_MS = 60_000;

interface ReceiversOptions {
  context: ProcessContext;
  lanes: Lanes;
  load: Load;
  breakers: Breakers;
  startTurn: (held: HeldMessage) => Turn;
  /** End once the queue is empty. */
  drain: boolean;
  force: AbortSignal;
  /** Told of a defect. */
  crash: (error: unknown) => void;
}

/**
 * Receives until the processor is to stop, or until the queue is drained. Another receiver joins only while polls come back
 * full: one that waits for nothing costs calls. Nothing is received beyond what may be held, nor while a dependency that
 * every message may need is down.
 */
export async function receiveUntilStopped(options: ReceiversOptions): Promise<"signal" | "drained"> {
  const { context, lanes, load, breakers, drain, force } = options;
  const { stopping, settings, clock, blocked } = context;
  const maxMessages = Math.min(BATCH_MAX_ENTRIES, settings.process.concurrency);
  const idle: Receive[] = [];
  const polls = new Set<Promise<void>>();
  const ending = drain ? createDrain({ ingress: context.connection.ingress, blocked, clock, stopping }) : undefined;
  let wanted = 1;

  async function poll(most: number): Promise<void> {
    const receive = idle.pop() ?? createReceive(context, force);
    const received = await receive({ maxMessages: most, waitSeconds: drain ? DRAIN_POLL_SECONDS : POLL_SECONDS });
    const messages = received ?? [];
    idle.push(receive);
    wanted = receiversWanted(wanted, messages.length === most);
    if (received !== undefined) ending?.polled(messages);
    load.isFlooded = messages.length === most;
    if (stopping.aborted) await lanes.giveBack(messages, new HandBack("stopping", "the processor stops"));
    else lanes.add(messages.map(options.startTurn));
  }

  function start(most: number): void {
    const one = poll(most)
      .catch(options.crash)
      .finally(() => polls.delete(one));
    polls.add(one);
  }

  const isRoom = () => hasRoom(load.held, { polls: polls.size, maxMessages }, settings.process);
  /** Resolves when there may be something to do for a receiver. */
  function change(needsRoom: boolean): Promise<void> {
    return anyOf([...polls, ...(needsRoom ? [lanes.until(isRoom)] : [])]);
  }

  const isIdle = () => polls.size === 0 && load.held.messages === 0;
  /** Resolves when what comes has come, and then when nothing is held. */
  function idleness(): Promise<void> {
    return anyOf([polls.size > 0 ? Promise.all(polls) : lanes.until(({ messages }) => messages === 0)]);
  }

  /** Polls end by themselves, and soon; everything else may last until the processor is to stop. */
  async function anyOf(changes: Promise<unknown>[]): Promise<void> {
    if (polls.size > 0) return void (await Promise.race(changes));
    const over = new AbortController();
    await Promise.race([...changes, clock.sleep(LONGEST_PAUSE_MS, AbortSignal.any([over.signal, stopping]))]);
    over.abort();
  }

  while (!stopping.aborted) {
    const admission = breakers.admission();
    const most = admission === "one" ? 1 : maxMessages;
    if (admission === "none") await breakers.admissionChange(stopping);
    else if (ending?.isNear === true && !isIdle()) await idleness();
    else if (polls.size < wanted && isRoom()) start(most);
    else await change(!isRoom());
    if (ending?.isDry === true && isIdle() && (await ending.isOver())) break;
  }
  await Promise.all(polls);
  return stopping.aborted ? "signal" : "drained";
}

/** Whether another poll may bring what it can, beside those under way; bodies are taken to be as long as those that are held. */
function hasRoom(
  held: Load["held"],
  { polls, maxMessages }: { polls: number; maxMessages: number },
  { concurrency, maxHeldBytes }: ProcessSettings,
): boolean {
  const usualBytes = held.messages === 0 ? 0 : held.bytes / held.messages;
  return (
    held.messages + (polls + 1) * maxMessages <= concurrency &&
    held.bytes + polls * maxMessages * usualBytes < maxHeldBytes
  );
}

/** One more while polls come back full, one less while they do not, and never none. */
function receiversWanted(wanted: number, wasFull: boolean): number {
  return Math.min(MAX_RECEIVERS, Math.max(1, wanted + (wasFull ? 1 : -1)));
}
