import { describe, expect, it } from "vitest";
import type { ReplayReport } from "../../../src/app/replay/replay-events.js";
import { renderReplayReport } from "../../../src/ui/plain/replay-report.js";
import { styleFor } from "../../../src/ui/style.js";

const style = await styleFor({ isTTY: false }, false);
const narrow = await styleFor({ isTTY: true, columns: 60 }, false);
const NONE = { forbidden: 0, unpublished: 0, tooLarge: 0, replayedBefore: 0 };

function reportOf(changes: Partial<ReplayReport> = {}): ReplayReport {
  return {
    replayId: "20261121-100000-abc123",
    clientId: "client-1",
    to: "topic",
    matched: 1240,
    replayed: 1234,
    skipped: NONE,
    failed: 0,
    failures: [],
    notFound: [],
    durationMs: 12_340,
    dryRun: false,
    interrupted: false,
    stoppedBy: null,
    resumeFrom: null,
    plan: {
      byType: { monitoring: 234, transaction: 1000 },
      from: "2026-11-21T08:00:00.000Z",
      to: "2026-11-21T10:00:00.000Z",
      firstEvent: { eventId: "e-1", sentAt: "2026-11-21T08:00:01.500Z" },
      lastEvent: { eventId: "e-\u001b[2J9", sentAt: "2026-11-21T09:59:59.000Z" },
      groups: 12,
      ratePerSecond: 100,
      estimatedSeconds: 13,
      estimatedDollars: 0.0014,
    },
    ...changes,
  };
}

describe("a replay, as a reader sees it", () => {
  it("the plan", () => {
    const skipped = { forbidden: 4, unpublished: 2, tooLarge: 0, replayedBefore: 0 };
    expect(renderReplayReport(reportOf({ dryRun: true, replayId: null, skipped }), style)).toBe(
      `replay to client-1, through its topic
  period     2026-11-21T08:00:00Z to 2026-11-21T10:00:00Z
  events     1234 of 1240 that match, in 12 groups
  by type    transaction 1000, monitoring 234
  first      2026-11-21T08:00:01Z  e-1
  last       2026-11-21T09:59:59Z  e-9
  left out   4 of a type that it may not have now (evp client allow); 2 never published (evp verify)
  takes      about 13 s, at 100 a second
  costs      less than $0.01 at AWS's list prices (November 2026)
Nothing was sent.
`,
    );
  });

  it("fits into 60 columns", () => {
    const skipped = { forbidden: 4, unpublished: 2, tooLarge: 1, replayedBefore: 3 };
    const text = renderReplayReport(reportOf({ dryRun: true, replayId: null, skipped }), narrow);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it.each<[string, Partial<ReplayReport>, string]>([
    ["done", {}, "1234 events replayed to client-1 in 12 s (replay 20261121-100000-abc123)\n"],
    [
      "done in part",
      { replayed: 1, failed: 3, skipped: { ...NONE, replayedBefore: 5 } },
      "1 event replayed to client-1 in 12 s; 3 failed; left out: 5 sent before this replay was interrupted (replay 20261121-100000-abc123)\n",
    ],
    ["nothing matches", { matched: 0, replayId: null }, "No stored event of client-1 matches: nothing to replay.\n"],
    [
      "nothing matches the ids",
      { matched: 0, replayId: null, notFound: ["a", "b"] },
      "No stored event of client-1 matches: nothing to replay. Not stored: a, b.\n",
    ],
    [
      "nothing may be sent",
      { replayId: null, skipped: { ...NONE, unpublished: 1240 } },
      "Nothing to replay to client-1: 1240 never published (evp verify)\n",
    ],
    ["interrupted while it planned", { replayId: null, interrupted: true }, "Nothing was sent.\n"],
  ])("%s", (_, changes, expected) => {
    expect(renderReplayReport(reportOf(changes), style)).toBe(expected);
  });
});
