import { describe, expect, it } from "vitest";
import { forgetSomebodyElses, noteGivenBack, type StalledGroups } from "../../../src/core/stalled-groups.js";

const START = Date.UTC(2026, 10, 21, 10);
const MINUTE = 60_000;

describe("stalled groups", () => {
  it("keep their first time, their last, and the last reason", () => {
    const groups: StalledGroups = new Map();
    noteGivenBack(groups, { groupId: "g", messages: 3, why: "publish: timeout" }, START);
    noteGivenBack(groups, { groupId: "g", messages: 1, why: "publish: refused" }, START + 5000);
    expect([...groups.values()]).toEqual([
      { groupId: "g", since: START, lastTriedAt: START + 5000, why: "publish: refused", messages: 1 },
    ]);
  });

  it("stay in the order in which they stalled", () => {
    const groups: StalledGroups = new Map();
    for (const groupId of ["a", "b", "a"]) noteGivenBack(groups, { groupId, messages: 1, why: "no" }, START);
    expect([...groups.keys()]).toEqual(["a", "b"]);
  });

  it("are a thousand at most, and those that are known stay up to date", () => {
    const groups: StalledGroups = new Map();
    for (let index = 0; index < 5000; index += 1)
      noteGivenBack(groups, { groupId: `g-${index}`, messages: 1, why: "no" }, START);
    noteGivenBack(groups, { groupId: "g-1", messages: 2, why: "no" }, START + 1);
    expect(groups.size).toBe(1000);
    expect(groups.get("g-1")).toMatchObject({ messages: 2, lastTriedAt: START + 1 });
  });

  it("are somebody else's when they do not come again, unless what they wait for is down", () => {
    const groups: StalledGroups = new Map();
    noteGivenBack(groups, { groupId: "old", messages: 1, why: "no" }, START);
    noteGivenBack(groups, { groupId: "young", messages: 1, why: "no" }, START + 10 * MINUTE);
    forgetSomebodyElses(groups, true, START + 21 * MINUTE);
    expect([...groups.keys()]).toEqual(["old", "young"]);
    forgetSomebodyElses(groups, false, START + 21 * MINUTE);
    expect([...groups.keys()]).toEqual(["young"]);
  });
});
