import { describe, expect, it } from "vitest";
import { createBlockedGroups } from "../../../src/app/process/blocked-groups.js";
import { createDrain } from "../../../src/app/process/drain.js";
import { CallError } from "../../../src/ports/call.js";
import { createManualClock } from "../../factories/manual-clock.js";
import { blockedFacts, heldMessage } from "./blocked-fixtures.js";

function createHarness() {
  const clock = createManualClock();
  const blocked = createBlockedGroups({ clock, tell: () => undefined });
  const stop = new AbortController();
  const depth = { visible: 0, inFlight: 0, delayed: 0 };
  let isDown = false;
  const ingress = {
    async depth() {
      if (isDown) throw new CallError("down", { code: "Down", message: "", isSenderFault: false }, "unreachable");
      return { ...depth };
    },
  };
  const drain = createDrain({ ingress, blocked, clock, stopping: stop.signal });
  return {
    clock,
    blocked,
    depth,
    drain,
    stop,
    takeDown() {
      isDown = true;
    },
    /** Finds a group blocked, and hands it back for a minute with so many messages. */
    block(groupId: string, messages = 1) {
      blocked.add(blockedFacts(groupId));
      const handles = Array.from({ length: messages }, (_, index) => `${groupId}-${index}`);
      blocked.handedBack(groupId, handles, 60);
      depth.inFlight += messages;
    },
    poll: (...groupIds: string[]) => drain.polled(groupIds.map((groupId) => heldMessage(groupId, clock))),
    async isOver() {
      const answer = drain.isOver();
      await clock.advance(500);
      return answer;
    },
  };
}

describe("a drain", () => {
  it("is over when three looks find nothing", async () => {
    const { drain, depth, poll, isOver, clock } = createHarness();
    poll();
    expect(drain.isDry).toBe(true);
    expect(await isOver()).toBe(true);
    const third = drain.isOver();
    await clock.advance(250);
    depth.delayed = 1;
    await clock.advance(250);
    expect(await third).toBe(false);
  });

  it("is not over when a look fails, or the processor stops", async () => {
    const failing = createHarness();
    failing.takeDown();
    expect(await failing.isOver()).toBe(false);
    const stopping = createHarness();
    const answer = stopping.drain.isOver();
    stopping.stop.abort();
    await stopping.clock.settle();
    expect(await answer).toBe(false);
  });

  it("goes on while anything is visible that two polls have not shown to be locked", async () => {
    const { block, depth, poll, isOver } = createHarness();
    block("g", 3);
    depth.visible = 7;
    poll();
    expect(await isOver()).toBe(false);
    poll();
    expect(await isOver()).toBe(false);
    // A blocked group that comes again is nothing new.
    poll("g");
    expect(await isOver()).toBe(true);
  });

  it("begins anew when a poll brings something else", async () => {
    const { block, depth, poll, isOver, drain } = createHarness();
    block("g");
    depth.visible = 7;
    for (const groups of [[], []]) {
      poll(...groups);
      await isOver();
    }
    poll("g", "h");
    expect(drain.isDry).toBe(false);
    for (const groups of [[], []]) {
      poll(...groups);
      expect(await isOver()).toBe(false);
    }
    poll();
    expect(await isOver()).toBe(true);
  });

  it("waits for what is in flight elsewhere, also when that is all", async () => {
    const { block, depth, poll, isOver, clock } = createHarness();
    block("g");
    depth.inFlight += 1;
    for (let polls = 0; polls < 5; polls++) {
      poll();
      expect(await isOver()).toBe(false);
    }
    depth.inFlight -= 1;
    // What was handed back comes to somebody once its delay is over.
    await clock.advance(60_000);
    for (let polls = 0; polls < 5; polls++) {
      poll();
      expect(await isOver()).toBe(false);
    }
  });

  it("goes on with a group whose head has passed, although its poll brought nothing new", async () => {
    const { block, blocked, depth, poll, isOver, clock } = createHarness();
    block("g");
    block("h");
    depth.visible = 7;
    for (const groups of [[], [], []]) {
      poll(...groups);
      await isOver();
    }
    await clock.advance(1);
    poll("g");
    blocked.passed(heldMessage("g", clock));
    depth.inFlight -= 1;
    expect(await isOver()).toBe(false);
  });

  it("leaves nothing blocked when nothing is left", async () => {
    const { block, blocked, depth, poll, isOver } = createHarness();
    block("g");
    depth.inFlight = 0;
    poll();
    expect(await isOver()).toBe(true);
    expect(blocked.list()).toEqual([]);
  });
});
