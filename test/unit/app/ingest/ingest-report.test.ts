import { describe, expect, it } from "vitest";
import { type IngestReport, ingestProblem } from "../../../../src/app/ingest/ingest-report.js";

const done: IngestReport = {
  source: "orders.ndjson",
  read: 3,
  sent: 3,
  deadLettered: 0,
  skipped: 0,
  duplicatesPossible: 0,
  partitions: [],
  durationMs: 10,
  eventsPerSecond: 300,
  interrupted: false,
  stoppedBy: null,
};

describe("how an ingest ends", () => {
  it.each([
    { report: {}, isEndless: false, exitCode: 0 },
    { report: { deadLettered: 1 }, isEndless: false, exitCode: 5 },
    { report: { stoppedBy: "no space left" }, isEndless: false, exitCode: 6 },
    { report: { stoppedBy: "no space left" }, isEndless: true, exitCode: 6 },
    { report: { interrupted: true }, isEndless: false, exitCode: 130 },
    { report: { interrupted: true, deadLettered: 1 }, isEndless: true, exitCode: 0 },
  ])("$report, endless: $isEndless: exit code $exitCode", ({ report, isEndless, exitCode }) => {
    expect(ingestProblem({ ...done, ...report }, isEndless)?.exitCode ?? 0).toBe(exitCode);
  });
});
