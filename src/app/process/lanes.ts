import { releaseDelaySeconds, retryDelayMs } from "../../core/backoff.js";
import { chunksOf } from "../../core/chunks.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import type { EntryResult } from "../../ports/call.js";
import { resultOf } from "../../ports/call-result.js";
import type { Queue } from "../../ports/queue.js";
import { HandBack, type HeldMessage } from "./held-message.js";
import type { ProcessContext } from "./process-context.js";
import { type Prepared, prepare, settle } from "./settle.js";
import type { Finish, Turn } from "./turn.js";

/** The time for giving back is short when the processor stops. */
const RELEASE_ATTEMPTS = 3;

/** The messages of one group that are held and have not had their turn yet. */
interface Lane {
  groupId: string;
  waiting: Waiting[];
}

interface Waiting {
  turn: Turn;
  prepared: Promise<Prepared>;
}

/**
 * The order within groups. Each group has a lane, and a lane lets one message at a time publish or be rejected; recording
 * and deleting go on beside the next message. A message that cannot be completed for now is given back to the queue, and
 * every message of its group that still waits goes with it, so that none overtakes it.
 */
export interface Lanes {
  /** Everything that is held: waiting, having its turn, or being recorded and deleted. */
  readonly held: ReadonlySet<HeldMessage>;
  /** Takes messages in the order in which they were received. */
  add(turns: Turn[]): void;
  /** Gives messages back without a try. */
  giveBack(held: HeldMessage[], why: HandBack): Promise<void>;
  /** Resolves once at most `count` messages are held. */
  downTo(count: number): Promise<void>;
}

/** @param crash told of an error that is no outcome: a defect, after which the processor must not go on */
export function createLanes(context: ProcessContext, crash: (error: unknown) => void): Lanes {
  const lanes = new Map<string, Lane>();
  const held = new Set<HeldMessage>();
  let watchers: { count: number; resolve: () => void }[] = [];

  function letGo(message: HeldMessage): void {
    held.delete(message);
    const [reached, left] = partition(watchers, ({ count }) => held.size <= count);
    watchers = left;
    for (const { resolve } of reached) resolve();
  }

  async function run(lane: Lane): Promise<void> {
    for (let next = lane.waiting.shift(); next !== undefined; next = lane.waiting.shift()) {
      const finish = await takeTurn(lane, next);
      if (finish !== undefined) void guard(lane, next.turn, finish);
    }
    if (lanes.get(lane.groupId) === lane) lanes.delete(lane.groupId);
  }

  async function takeTurn(lane: Lane, { turn, prepared }: Waiting): Promise<Finish | undefined> {
    try {
      if (context.stopped.aborted) throw new HandBack("stopping", "the processor stops");
      return await settle(turn, await prepared);
    } catch (error) {
      await abandon(lane, turn, error);
      return undefined;
    }
  }

  async function guard(lane: Lane, turn: Turn, finish: Finish): Promise<void> {
    try {
      await finish();
      letGo(turn.held);
    } catch (error) {
      await abandon(lane, turn, error);
    }
  }

  async function abandon(lane: Lane, turn: Turn, error: unknown): Promise<void> {
    if (!(error instanceof HandBack)) return crash(error);
    const behind = lane.waiting.splice(0).map((waiting) => waiting.turn.held);
    await giveBack([turn.held, ...behind], error);
  }

  async function giveBack(messages: HeldMessage[], { why, message }: HandBack): Promise<void> {
    const [head] = messages;
    if (head === undefined) return;
    // A processor that stops leaves no group locked, whatever failed.
    const isLater = (why === "failed" || why === "waiting") && !context.stopped.aborted;
    const seconds = isLater ? releaseDelaySeconds(head.message.receiveCount, context.clock.random) : 0;
    await release(
      context,
      messages.filter(({ isGone }) => !isGone),
      seconds,
    );
    for (const each of messages) {
      each.isGone = true;
      letGo(each);
    }
    const { groupId } = head.message;
    context.tell("group:released", { groupId, messages: messages.length, delaySeconds: seconds, why: message });
  }

  return {
    held,
    giveBack,
    add(turns) {
      for (const turn of turns) {
        held.add(turn.held);
        const waiting = { turn, prepared: prepare(turn) };
        // Whoever takes the turn sees the failure; until then it is nobody's.
        waiting.prepared.catch(() => undefined);
        const { groupId } = turn.held.message;
        const lane = lanes.get(groupId);
        if (lane !== undefined) lane.waiting.push(waiting);
        else {
          const opened = { groupId, waiting: [waiting] };
          lanes.set(groupId, opened);
          // Not before the rest of the receive is in its lanes.
          queueMicrotask(() => void run(opened).catch(crash));
        }
      }
    },
    downTo: (count) =>
      held.size <= count ? Promise.resolve() : new Promise((resolve) => watchers.push({ count, resolve })),
  };
}

/** In the group's order, and once more each that fails; one that cannot be given back comes again by itself when its lease ends. */
async function release(
  { connection, tell, clock }: ProcessContext,
  messages: HeldMessage[],
  seconds: number,
): Promise<void> {
  for (const chunk of chunksOf(messages, BATCH_MAX_ENTRIES)) {
    let left = chunk;
    for (let attempt = 1; left.length > 0 && attempt <= RELEASE_ATTEMPTS; attempt++) {
      if (attempt > 1) await clock.sleep(retryDelayMs(attempt - 1, clock.random));
      const results = await changeVisibility(connection.ingress, left, seconds);
      const fault = results.find((result) => !result.ok)?.fault;
      if (fault !== undefined) tell("call:failed", { operation: "release messages", fault, attempt });
      // A refusal says that the message is somebody else's by now.
      left = left.filter((_, index) => results[index]?.ok === false && !results[index].fault.isSenderFault);
    }
  }
}

/** A call that fails as a whole fails for each message. */
async function changeVisibility(queue: Queue, messages: HeldMessage[], seconds: number): Promise<EntryResult[]> {
  const changes = messages.map(({ message }) => ({ receiptHandle: message.receiptHandle, seconds }));
  const call = await resultOf(queue.changeVisibility(changes).then((results) => ({ results })));
  return call.ok ? call.results : messages.map(() => ({ ok: false, fault: { ...call.fault, isSenderFault: false } }));
}

function partition<Item>(items: Item[], isIn: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isIn), items.filter((item) => !isIn(item))];
}
