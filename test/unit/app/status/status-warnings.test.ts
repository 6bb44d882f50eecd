import { describe, expect, it } from "vitest";
import { statusWarnings } from "../../../../src/app/status-warnings.js";
import { processorReport } from "./processor-report.js";

const NOW = Date.UTC(2026, 10, 21, 10);
const DAY = 24 * 60 * 60_000;
const depth = (visible: number, delayed = 0) => ({ visible, inFlight: 5, delayed });
const seen = (ageMs: number | undefined) =>
  processorReport({ oldestSentAt: ageMs === undefined ? undefined : NOW - ageMs });

describe("what an operator should not overlook", () => {
  it.each([
    ["nothing, while a processor runs and all is young", depth(9), [seen(DAY)], []],
    ["nothing, where nothing waits", depth(0), [], []],
    ["nothing, at half of the time that the queue keeps a message", depth(0), [seen(7 * DAY)], []],
    [
      "that a message is older than that",
      depth(0),
      [seen(undefined), seen(8.5 * DAY), seen(9)],
      [
        {
          code: "oldest-message",
          message:
            "the oldest message that a processor has seen is 8 days old, and the queue drops it after 14: see what its group waits for",
        },
      ],
    ],
    [
      "that nobody processes what waits",
      depth(1200, 34),
      [],
      [
        {
          code: "no-processor",
          message:
            "1234 messages wait, and no processor has said anything within the last minute: evp process runs one",
        },
      ],
    ],
    [
      "that nobody processes the one that waits",
      depth(0, 1),
      [],
      [
        {
          code: "no-processor",
          message: "1 message waits, and no processor has said anything within the last minute: evp process runs one",
        },
      ],
    ],
  ])("is %s", (_what, ingress, processors, warnings) => {
    expect(statusWarnings(ingress, processors, NOW)).toEqual(warnings);
  });
});
