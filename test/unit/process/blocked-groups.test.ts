import { describe, expect, it } from "vitest";
import { createBlockedGroups } from "../../../src/app/process/blocked-groups.js";
import { createManualClock } from "../../factories/manual-clock.js";
import { blockedFacts, heldMessage } from "./blocked-fixtures.js";

const MINUTE = 60_000;

function createHarness() {
  const clock = createManualClock();
  const told: string[] = [];
  const blocked = createBlockedGroups({
    clock,
    tell: (name, payload) => told.push("groupId" in payload ? `${name} ${payload.groupId}` : name),
  });
  return { clock, told, blocked };
}

describe("the groups that a processor has found blocked", () => {
  it("are told at each try, and when one goes on", async () => {
    const { clock, told, blocked } = createHarness();
    blocked.add(blockedFacts("g"));
    blocked.add(blockedFacts("g"));
    expect([blocked.size, blocked.has("g")]).toEqual([1, true]);
    await clock.advance(1);
    blocked.passed(heldMessage("g", clock));
    blocked.passed(heldMessage("g", clock));
    expect([blocked.size, blocked.has("g")]).toEqual([0, false]);
    expect(told).toEqual(["group:blocked g", "group:blocked g", "group:unblocked g"]);
  });

  it("stay blocked when a message gets its outcome that was received before, ahead of the head", async () => {
    const { clock, blocked } = createHarness();
    await clock.advance(1);
    const ahead = heldMessage("g", clock);
    await clock.advance(1);
    blocked.add(blockedFacts("g"));
    blocked.passed(ahead);
    expect(blocked.list()).toEqual([{ groupId: "g", clientId: "client-1", reason: "schema-violation" }]);
  });

  it("are away for as long as they were handed back for", async () => {
    const { clock, blocked } = createHarness();
    for (const groupId of ["g", "h"]) blocked.add(blockedFacts(groupId));
    expect(blocked.away()).toEqual([]);
    blocked.handedBack("g", ["g-1", "g-2"], 30);
    blocked.handedBack("h", ["h-1"], 60);
    blocked.handedBack("i", ["i-1"], 60);
    expect(blocked.away()).toEqual(["g-1", "g-2", "h-1"]);
    await clock.advance(30_000);
    expect(blocked.away()).toEqual(["h-1"]);
  });

  it("are forgotten when they come here no more, so that another processor's are not taken for its own", async () => {
    const { clock, told, blocked } = createHarness();
    blocked.add(blockedFacts("gone"));
    blocked.handedBack("gone", ["r"], 60);
    await clock.advance(30 * MINUTE);
    blocked.add(blockedFacts("g"));
    expect(blocked.list().map(({ groupId }) => groupId)).toEqual(["g"]);
    expect(told).toContain("group:unblocked gone");
  });
});
