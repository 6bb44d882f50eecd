import { expect, it } from "vitest";
import { renderPurgeReport } from "../../../src/ui/plain/purge-report.js";
import { renderRedriveReport } from "../../../src/ui/plain/redrive-report.js";
import { styleFor } from "../../../src/ui/style.js";

const style = await styleFor({ isTTY: false }, false);
const failed = [{ messageId: "m-1", error: "try later" }];

it("a redrive tells apart what was sent and what was only deleted", () => {
  const counts = { matched: 4, redriven: 1, deleted: 1, skipped: 1, stillInvalid: 1 };
  const text = renderRedriveReport(
    { ...counts, failed, plan: [], hidden: 3, interrupted: false, dryRun: false },
    style,
  );
  expect(text).toContain(
    "4 dead letters matched: 1 redriven; 1 left over from an earlier run and deleted; 1 skipped, of which 1 would be rejected again; 1 failed; 3 not seen yet behind others of their groups\n",
  );
});

it("a purge tells what is missing and what failed", () => {
  const report = { matched: 4, purged: 2, missing: 1, failed, hidden: 5, interrupted: false };
  expect(renderPurgeReport(report, style)).toBe(
    "2 dead letters deleted of 4 that matched; 1 not on the DLQ any more; 1 failed; 5 not seen yet behind others of their groups\n",
  );
});
