import { expect, it } from "vitest";
import { FindingsList } from "../../../../src/app/verify/findings-list.js";
import { verifyProblem } from "../../../../src/app/verify/verify-report.js";

it("10,000 findings are kept, and the others counted", () => {
  const list = new FindingsList();
  for (let n = 1; n <= 10_000; n++) expect(list.add({ kind: "gap", detail: "" })).toBeDefined();
  expect(list.add({ kind: "gap", detail: "" })).toBeUndefined();
  const { findings, leftOut } = list;
  expect([findings.length, leftOut]).toEqual([10_000, 1]);
  const counts = {
    checked: 1,
    rejections: 0,
    clients: [],
    repaired: 0,
    repairable: 0,
    durationMs: 1,
    interrupted: false,
  };
  expect(verifyProblem({ ...counts, findings, findingsLeftOut: leftOut })?.message).toBe(
    "10001 things are not as they should be",
  );
});
