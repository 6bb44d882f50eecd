import { describe, expect, it } from "vitest";
import type { AcceptedFact, PublishedFact } from "../../../src/core/facts.js";
import { GroupWatch } from "../../../src/core/group-watch.js";

type Row = [id: string, topicSequence: number | undefined, more?: Partial<PublishedFact> & { group?: string }];

/** What is said of each event, which come newest first. A dash: nothing. */
function watch(...rows: Row[]): string[] {
  const groups = new GroupWatch();
  return rows.map(([eventId, topicSequence, { group = "g", ...more } = {}], index) => {
    const accepted = { eventId, groupId: group, sequence: String(1000 - index) } as AcceptedFact;
    if (topicSequence === undefined) return `${eventId} passed by ${groups.unpublished(accepted)?.eventId ?? "-"}`;
    const published = { topicArn: "t", owner: "m", at: 1, sequence: String(topicSequence), ...more } as PublishedFact;
    return `${eventId} behind ${groups.published(accepted, published)?.eventId ?? "-"}`;
  });
}

describe("a group, newest first", () => {
  it("in order", () => {
    expect(watch(["c", 3], ["b", 2], ["a", 1])).toEqual(["c behind -", "b behind -", "a behind -"]);
  });

  it("one that came late is named once, and those before it are in order", () => {
    expect(watch(["d", 4], ["c", 3], ["b", 9], ["a", 1])).toEqual([
      "d behind -",
      "c behind -",
      "b behind c",
      "a behind -",
    ]);
  });

  it("numbers that no double holds are compared exactly", () => {
    const large = (digit: number) => ({ sequence: `1000000000000000000${digit}` });
    expect(watch(["b", 0, large(1)], ["a", 0, large(2)])).toEqual(["b behind -", "a behind b"]);
  });

  it("groups and topics do not mix", () => {
    expect(watch(["b", 1, { group: "h" }], ["a", 2])).toEqual(["b behind -", "a behind -"]);
    expect(watch(["b", 1, { topicArn: "new" }], ["a", 2])).toEqual(["b behind -", "a behind -"]);
  });

  it("a topic that was removed and made again counts anew", () => {
    const early = { at: 1_000 };
    const late = { at: 500_000 };
    expect(watch(["d", 2, late], ["c", 1, late], ["b", 90, early], ["a", 91, early])).toEqual([
      "d behind -",
      "c behind -",
      "b behind -",
      "a behind b",
    ]);
  });

  it("what a repair published is expected to be late, and hides nothing", () => {
    const repaired = { owner: "repair-1" };
    expect(watch(["c", 3], ["b", 9, repaired], ["a", 5])).toEqual(["c behind -", "b behind -", "a behind c"]);
  });

  it("an event that was never published was passed by what came after it, if anything did", () => {
    expect(watch(["c", undefined], ["b", 3], ["a", undefined], ["z", undefined, { group: "h" }])).toEqual([
      "c passed by -",
      "b behind -",
      "a passed by b",
      "z passed by -",
    ]);
  });
});

it("a standard queue gives no order", () => {
  const groups = new GroupWatch();
  const event = (eventId: string) => ({ eventId, groupId: "g", sequence: "" }) as AcceptedFact;
  const published = (sequence: string) => ({ topicArn: "t", owner: "m", at: 1, sequence }) as PublishedFact;
  expect(groups.published(event("b"), published("1"))).toBeUndefined();
  expect(groups.published(event("a"), published("2"))).toBeUndefined();
  expect(groups.unpublished(event("c"))).toBeUndefined();
});
