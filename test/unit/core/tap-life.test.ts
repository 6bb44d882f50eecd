import { describe, expect, it } from "vitest";
import { fromTapTags, tapState, toTapTags } from "../../../src/core/tap-life.js";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const HERE = { machine: "m1", isRunning: (pid: number) => pid === 11 };
const MINUTE_MS = 60_000;

describe("whether a tap is in use", () => {
  it.each([
    ["its owner runs here", "m1", 11, 0, "in-use"],
    ["its owner stands still here", "m1", 11, 24 * 60, "in-use"],
    ["its owner has ended here", "m1", 12, 0, "gone"],
    ["its owner was heard of elsewhere", "m2", 12, 1, "in-use"],
    ["its owner elsewhere has the id of a process here", "m2", 11, 60, "gone"],
    ["its owner elsewhere was silent for a while", "m2", 12, 15, "in-use"],
    ["its owner elsewhere was silent for long", "m2", 12, 16, "gone"],
    ["its owner's clock is ahead", "m2", 12, -10, "in-use"],
    ["nothing tells the machine of its owner", "", 12, 1, "in-use"],
  ] as const)("%s", (_case, machine, pid, silentMinutes, state) => {
    const traces = { owner: { host: "h", machine, pid }, aliveAt: NOW - silentMinutes * MINUTE_MS };
    expect(tapState(traces, HERE, NOW)).toBe(state);
  });

  it("cannot be told where the machine here has nothing to be known by, except by its owner's word", () => {
    const traces = { owner: { host: "h", machine: "", pid: 12 }, aliveAt: NOW };
    expect(tapState(traces, { ...HERE, machine: "" }, NOW)).toBe("in-use");
  });

  it.each([
    { owner: undefined, aliveAt: NOW },
    { owner: { host: "h", machine: "m2", pid: 1 }, aliveAt: undefined },
  ])("is unknown when a tag is missing", (traces) => {
    expect(tapState(traces, HERE, NOW)).toBe("unknown");
  });
});

describe("a tap's tags", () => {
  it("tell its owner and when it was heard of", () => {
    const owner = { host: "build-7.local", machine: "0123456789abcdef", pid: 4711 };
    const tags = toTapTags(owner, NOW);
    expect(tags).toEqual({
      "evp:tap-owner": "build-7.local/0123456789abcdef/4711",
      "evp:tap-alive": "2026-11-21T10:00:00.000Z",
    });
    expect(fromTapTags(tags)).toEqual({ owner, aliveAt: NOW });
  });

  it("hold no character that a tag may not hold", () => {
    const host = `a/b c\u00e9${"x".repeat(300)}`;
    const [value = ""] = Object.values(toTapTags({ host, machine: "m", pid: 1 }, NOW));
    expect(value).toMatch(/^a-b-c-x+\/m\/1$/);
    expect(value.length).toBeLessThan(100);
  });

  it.each([{}, { "evp:tap-owner": "nobody", "evp:tap-alive": "yesterday" }])(
    "tell nothing when they are not evp's",
    (tags) => {
      expect(fromTapTags(tags)).toEqual({ owner: undefined, aliveAt: undefined });
    },
  );
});
