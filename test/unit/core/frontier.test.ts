import { describe, expect, it } from "vitest";
import { FrontierTracker } from "../../../src/core/frontier.js";

/** Begins records at 10, 20, … and ends them in the order given; the frontier after each. */
function frontiersAfter(count: number, order: number[]): (bigint | undefined)[] {
  const tracker = new FrontierTracker();
  const tickets = Array.from({ length: count }, (_, index) => tracker.begin("p", BigInt((index + 1) * 10)));
  return order.map((index) => {
    const ticket = tickets[index];
    if (ticket !== undefined) tracker.end(ticket);
    return tracker.frontiers()[0]?.position;
  });
}

describe("the frontier of a partition", () => {
  it.each([
    { order: [0, 1, 2], after: [10n, 20n, 30n] },
    { order: [2, 1, 0], after: [undefined, undefined, 30n] },
    { order: [1, 0, 2], after: [undefined, 20n, 30n] },
    { order: [0, 2, 1], after: [10n, 10n, 30n] },
    { order: [0, 0, 2], after: [10n, 10n, 10n] },
  ])("is the last record without a gap before it: $order", ({ order, after }) => {
    expect(frontiersAfter(3, order)).toEqual(after);
  });

  it("is one of its own for each partition, and told once when it has moved", () => {
    const tracker = new FrontierTracker();
    const [a1, b1, a2] = [tracker.begin("a", 1n), tracker.begin("b", 7n), tracker.begin("a", 2n)];
    tracker.end(a1);
    expect(tracker.takeMoved()).toEqual([{ partition: "a", position: 1n }]);
    expect(tracker.takeMoved()).toEqual([]);
    tracker.end(b1);
    tracker.end(a2);
    expect(tracker.takeMoved()).toEqual([
      { partition: "a", position: 2n },
      { partition: "b", position: 7n },
    ]);
    expect(tracker.ahead).toBe(0);
  });

  it("counts what is done behind a gap", () => {
    const tracker = new FrontierTracker();
    const [first, second, third] = [tracker.begin("a", 1n), tracker.begin("a", 2n), tracker.begin("a", 3n)];
    tracker.end(second);
    tracker.end(third);
    expect(tracker.ahead).toBe(2);
    tracker.end(first);
    expect(tracker.ahead).toBe(0);
  });

  it("forgets a lost partition, and what ends of it later moves nothing, also when it comes back", () => {
    const tracker = new FrontierTracker();
    const [before, done] = [tracker.begin("a", 1n), tracker.begin("a", 2n)];
    tracker.end(done);
    tracker.lose(["a", "unknown"]);
    expect(before.isLost).toBe(true);
    const again = tracker.begin("a", 1n);
    tracker.end(before);
    expect(tracker.frontiers()).toEqual([]);
    tracker.end(again);
    expect(tracker.takeMoved()).toEqual([{ partition: "a", position: 1n }]);
    expect(tracker.ahead).toBe(0);
  });

  it("goes over many thousand records", () => {
    const tracker = new FrontierTracker();
    for (let at = 1; at <= 5000; at++) tracker.end(tracker.begin("a", BigInt(at)));
    expect(tracker.takeMoved()).toEqual([{ partition: "a", position: 5000n }]);
  });
});
