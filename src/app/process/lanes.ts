import { HandBack, type HeldMessage } from "./held-message.js";
import type { Load } from "./load.js";
import type { ProcessContext } from "./process-context.js";
import { createRelease } from "./release.js";
import { createEventsInHand } from "./same-event.js";
import { type Prepared, prepare, settle } from "./settle.js";
import type { Finish, Turn } from "./turn.js";

/** The messages of one group that are held and have not had their turn yet. */
interface Lane {
  groupId: string;
  /** Has its turn. */
  current: Waiting | undefined;
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
  /** The message waits for a dependency: where it is the head of its group, those behind it go back. They stay behind it, since the queue hands out nothing of a group whose head is in flight. */
  parked(held: HeldMessage): void;
  /**
   * The message waits for another one of its event, for as long as that takes: neither it nor what waits behind it in its group keeps
   * others of their events from being judged. The one that is waited for may be behind one of these.
   */
  yieldEvents(held: HeldMessage): void;
  /** Resolves once so little is held. */
  until(isLittle: (held: Load["held"]) => boolean): Promise<void>;
}

interface LanesOptions {
  context: ProcessContext;
  /** Kept up to date. */
  load: Load;
  /** Told of an error that is no outcome: a defect, after which the processor must not go on. */
  crash: (error: unknown) => void;
}

export function createLanes({ context, load, crash }: LanesOptions): Lanes {
  const lanes = new Map<string, Lane>();
  const held = new Set<HeldMessage>();
  const release = createRelease(context);
  const inHand = createEventsInHand();
  let watchers: { isLittle: (held: Load["held"]) => boolean; resolve: () => void }[] = [];

  function hold(message: HeldMessage): void {
    held.add(message);
    load.held.messages++;
    load.held.bytes += message.bytes;
  }

  function letGo(message: HeldMessage): void {
    if (!held.delete(message)) return;
    load.held.messages--;
    load.held.bytes -= message.bytes;
    message.yieldEvent();
    if (watchers.length === 0) return;
    const [reached, left] = partition(watchers, ({ isLittle }) => isLittle(load.held));
    watchers = left;
    for (const { resolve } of reached) resolve();
  }

  async function run(lane: Lane): Promise<void> {
    for (let next = lane.waiting.shift(); next !== undefined; next = lane.waiting.shift()) {
      lane.current = next;
      if (next.turn.held.isParked) giveBackWaiting(lane);
      const finish = await takeTurn(lane, next);
      if (finish !== undefined) void guard(lane, next.turn, finish);
    }
    lane.current = undefined;
    if (lanes.get(lane.groupId) === lane) lanes.delete(lane.groupId);
    load.groups = lanes.size;
  }

  async function takeTurn(lane: Lane, { turn, prepared }: Waiting): Promise<Finish | undefined> {
    try {
      const judged = await prepared;
      if (context.stopped.aborted) throw new HandBack("stopping", "the processor stops");
      return await settle(turn, judged);
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

  async function giveBack(messages: HeldMessage[], why: HandBack): Promise<void> {
    await release(messages, why);
    for (const message of messages) {
      message.trace?.end({ outcome: "released", why: why.message });
      letGo(message);
    }
  }

  function giveBackWaiting(lane: Lane): void {
    const behind = lane.waiting.splice(0).map((waiting) => waiting.turn.held);
    if (behind.length === 0) return;
    void giveBack(behind, new HandBack("behind", "the message ahead waits for a dependency")).catch(crash);
  }

  /** Judges what was received, beside everything else; but one message of an event at a time. */
  async function prepareInOrder(turn: Turn): Promise<Prepared> {
    load.preparing++;
    try {
      const { examined, held } = turn;
      if (!examined.ok) return await prepare(turn);
      const { clientId, id } = examined.event;
      const { before, leave } = inHand.enter(`${clientId} ${id}`);
      held.yieldEvent = leave;
      if (before === undefined) return await prepare(turn);
      await before;
      return { step: "ask-journal" };
    } finally {
      load.preparing--;
    }
  }

  return {
    held,
    giveBack,
    add(turns) {
      for (const turn of turns) {
        hold(turn.held);
        const waiting = { turn, prepared: prepareInOrder(turn) };
        // Whoever takes the turn sees the failure; until then it is nobody's.
        waiting.prepared.catch(() => undefined);
        const { groupId } = turn.held.message;
        const lane = lanes.get(groupId);
        if (lane !== undefined) lane.waiting.push(waiting);
        else {
          const opened: Lane = { groupId, current: undefined, waiting: [waiting] };
          lanes.set(groupId, opened);
          // Not before the rest of the receive is in its lanes.
          queueMicrotask(() => void run(opened).catch(crash));
        }
      }
      load.groups = lanes.size;
    },
    parked(message) {
      const lane = lanes.get(message.message.groupId);
      if (lane?.current?.turn.held === message) giveBackWaiting(lane);
    },
    yieldEvents(message) {
      message.yieldEvent();
      const lane = lanes.get(message.message.groupId);
      if (lane?.current?.turn.held !== message) return;
      for (const { turn } of lane.waiting) turn.held.yieldEvent();
    },
    until: (isLittle) =>
      isLittle(load.held) ? Promise.resolve() : new Promise((resolve) => watchers.push({ isLittle, resolve })),
  };
}

function partition<Item>(items: Item[], isIn: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isIn), items.filter((item) => !isIn(item))];
}
