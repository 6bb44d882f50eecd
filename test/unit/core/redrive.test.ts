import { describe, expect, it } from "vitest";
import { planRedrive, type RedriveCandidate } from "../../../src/core/redrive.js";

function candidate(changes: Partial<RedriveCandidate> = {}): RedriveCandidate {
  const ids = { messageId: "m-1", eventId: "e-1", clientId: "client-1", groupId: "client-1#a" };
  const order = { sequence: "00000000000000000010", sentAt: 1_000, redrives: 0 };
  const state = { isSettled: false, isMissing: false, refusal: undefined, hasNewer: false };
  return { ...ids, ...order, ...state, ...changes };
}

const plan = (candidates: RedriveCandidate[], force = false, limit = Number.POSITIVE_INFINITY) =>
  planRedrive(candidates, { force, limit });
const refusal = { reason: "schema-violation", detail: "/payload/amount must be number" } as const;

describe("the plan of a redrive", () => {
  it.each<[string, Partial<RedriveCandidate>, string, string, string]>([
    ["passes now", {}, "would-pass", "send", "send"],
    ["passes, behind newer events", { hasNewer: true }, "behind-newer", "send", "send"],
    ["passes, and the group is unknown", { hasNewer: undefined }, "would-pass", "send", "send"],
    ["may be on its topic", { suppressedUntil: 1_000 }, "in-dedup-window", "send", "send"],
    ["was published meanwhile", { publishedBy: "m-2", hasNewer: true }, "already-published", "send", "send"],
    [
      "was published meanwhile and redriven often",
      { publishedBy: "m-2", redrives: 3 },
      "too-many-redrives",
      "skip",
      "send",
    ],
    ["is still invalid", { refusal }, "still-invalid", "skip", "send"],
    ["is still invalid and was redriven often", { refusal, redrives: 9 }, "still-invalid", "skip", "send"],
    ["was redriven twice", { redrives: 2 }, "would-pass", "send", "send"],
    ["was redriven three times", { redrives: 3 }, "too-many-redrives", "skip", "send"],
    ["was sent by an earlier run", { isSettled: true, redrives: 3, refusal }, "already-redriven", "delete", "delete"],
    ["is not on the DLQ", { isMissing: true }, "not-on-dlq", "skip", "skip"],
  ])("for a letter that %s", (_, changes, verdict, action, forcedAction) => {
    expect(plan([candidate(changes)])).toMatchObject([{ messageId: "m-1", verdict, action }]);
    expect(plan([candidate(changes)], true)).toMatchObject([{ messageId: "m-1", verdict, action: forcedAction }]);
  });

  it("says why a letter is still invalid", () => {
    expect(plan([candidate({ refusal })])[0]?.detail).toBe("schema-violation: /payload/amount must be number");
  });

  it("follows the ingress queue's sequence, however long the numbers are", () => {
    const sequences = ["18896127474553352192", "9", "18896127474553352191", "10"];
    const ordered = plan(sequences.map((sequence) => candidate({ messageId: sequence, sequence })));
    expect(ordered.map(({ messageId }) => messageId)).toEqual([
      "9",
      "10",
      "18896127474553352191",
      "18896127474553352192",
    ]);
  });

  it("puts last what nobody sequenced, by the time it was sent", () => {
    const ordered = plan([
      candidate({ messageId: "late", sequence: "", sentAt: 30 }),
      candidate({ messageId: "early", sequence: "", sentAt: 20 }),
      candidate({ messageId: "judged", sentAt: 40 }),
    ]);
    expect(ordered.map(({ messageId }) => messageId)).toEqual(["judged", "early", "late"]);
  });

  it("ends when so many are sent or deleted, and does not count what is skipped", () => {
    const letters = ["1", "2", "3", "4"].map((sequence) => candidate({ messageId: sequence, sequence }));
    const [first, ...others] = letters;
    const limited = plan([{ ...(first as RedriveCandidate), refusal }, ...others], false, 2);
    expect(limited.map(({ messageId, action }) => `${messageId} ${action}`)).toEqual(["1 skip", "2 send", "3 send"]);
  });
});
