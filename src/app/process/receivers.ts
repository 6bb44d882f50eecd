import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import type { ProcessSettings } from "../../core/settings.js";
import type { Breakers } from "./breakers.js";
import { isDrained } from "./drain.js";
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
  const { stopping, settings, clock, connection } = context;
  const maxMessages = Math.min(BATCH_MAX_ENTRIES, settings.process.concurrency);
  const idle: Receive[] = [];
  const polls = new Set<Promise<void>>();
  let wanted = 1;
  let isDry = false;

  async function poll(most: number): Promise<void> {
    const receive = idle.pop() ?? createReceive(context, force);
    const messages = await receive({ maxMessages: most, waitSeconds: drain ? DRAIN_POLL_SECONDS : POLL_SECONDS });
    idle.push(receive);
    wanted = receiversWanted(wanted, messages.length === most);
    isDry = messages.length === 0;
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

  const isRoomFor = (count: number) => hasRoom(load.held, count, settings.process);
  /** Resolves when there may be something to do for a receiver. */
  async function change(needsRoom: boolean): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, stopping]);
    const room = needsRoom ? [lanes.until(() => isRoomFor((polls.size + 1) * maxMessages))] : [];
    await Promise.race([...polls, ...room, clock.sleep(LONGEST_PAUSE_MS, signal)]);
    over.abort();
  }

  while (!stopping.aborted) {
    const admission = breakers.admission();
    const most = admission === "one" ? 1 : maxMessages;
    const isRoom = isRoomFor((polls.size + 1) * maxMessages);
    if (admission === "none") await breakers.admissionChange(stopping);
    else if (polls.size < wanted && isRoom) start(most);
    else await change(!isRoom);
    const isIdle = polls.size === 0 && load.held.messages === 0;
    if (drain && isDry && isIdle && (await isDrained(connection.ingress, clock, stopping))) break;
  }
  await Promise.all(polls);
  return stopping.aborted ? "signal" : "drained";
}

function hasRoom(held: Load["held"], count: number, { concurrency, maxHeldBytes }: ProcessSettings): boolean {
  return held.messages + count <= concurrency && held.bytes < maxHeldBytes;
}

/** One more while polls come back full, one less while they do not, and never none. */
function receiversWanted(wanted: number, wasFull: boolean): number {
  return Math.min(MAX_RECEIVERS, Math.max(1, wanted + (wasFull ? 1 : -1)));
}
