import { describe, expect, it } from "vitest";
import { noteReceived, type OldestReceived, recentAgeMs, waitingSentAt } from "../../../src/core/oldest-received.js";

const START = Date.UTC(2026, 10, 21, 10);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

describe("the oldest message that was received", () => {
  it("is as old as it was when it came, and soon forgotten", () => {
    const oldest: OldestReceived = new Map();
    noteReceived(oldest, START, START - 9 * SECOND, "nothing");
    noteReceived(oldest, START + SECOND, START - 20 * SECOND, "nothing");
    noteReceived(oldest, START + 2 * SECOND, START + 3 * SECOND, "nothing");
    expect(recentAgeMs(oldest, START + 15 * SECOND)).toBe(21 * SECOND);
    expect(recentAgeMs(oldest, START + 20 * SECOND)).toBeUndefined();
    expect(waitingSentAt(oldest, START + 5 * SECOND, "nothing")).toBeUndefined();
  });

  it("is remembered while groups are stalled, for longer than any delay", () => {
    const oldest: OldestReceived = new Map();
    noteReceived(oldest, START, START - DAY, "nothing");
    for (let minute = 1; minute <= 31; minute += 1)
      noteReceived(oldest, START + minute * MINUTE, START + minute * MINUTE, "stalled");
    expect(waitingSentAt(oldest, START + 31 * MINUTE, "stalled")).toBe(START - DAY);
    expect(waitingSentAt(oldest, START + 45 * MINUTE, "stalled")).toBe(START + 5 * MINUTE);
  });

  it("is remembered for as long as a dependency is down, whatever comes meanwhile", () => {
    const oldest: OldestReceived = new Map();
    noteReceived(oldest, START, START - DAY, "nothing");
    for (let hour = 1; hour <= 8 * 24; hour += 1)
      noteReceived(oldest, START + hour * 60 * MINUTE, START + hour * 60 * MINUTE, "down");
    expect(waitingSentAt(oldest, START + 8 * DAY, "down")).toBe(START - DAY);
    expect(recentAgeMs(oldest, START + 8 * DAY)).toBe(0);
    expect(oldest.size).toBeLessThan(250);
  });
});
