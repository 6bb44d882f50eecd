import { describe, expect, it } from "vitest";
import { renderJson, renderTable } from "./render.js";
import type { Verdict } from "./verdict.js";

const MISSING = "dynamodb is not there: listing tables: no";
const VERDICTS: Verdict[] = [
  { subject: "a queue · groups", rule: "hands out one", page: "ReceiveMessage", result: "kept" },
  {
    subject: "a queue · groups",
    rule: "locks",
    page: "Logic",
    result: "broken",
    reason: "expected [] to equal [ 'a' ]",
  },
  { subject: "a journal", rule: "inserts", page: "PartiQL", result: "not tried", reason: MISSING },
  { subject: "a journal", rule: "reads", page: "Query", result: "not tried", reason: MISSING },
];

describe("the table of a run", () => {
  it("stands by subject, and gives a reason once", () => {
    expect(renderTable(VERDICTS).split("\n")).toEqual([
      "RESULT     RULE           AWS PAGE",
      "",
      "a queue · groups",
      "kept       hands out one  ReceiveMessage",
      "BROKEN     locks          Logic",
      "           expected [] to equal [ 'a' ]",
      "",
      "a journal",
      "not tried  inserts        PartiQL",
      "           dynamodb is not there: listing tables: no",
      "not tried  reads          Query",
      "",
      "1 passed, 1 failed, 2 not tried",
      "",
    ]);
  });

  it("says nothing of what was not tried when all was", () => {
    expect(renderTable(VERDICTS.slice(0, 2))).toMatch(/\n1 passed, 1 failed\n$/);
    expect(renderTable([])).toBe("RESULT  RULE  AWS PAGE\n\n0 passed, 0 failed\n");
  });
});

describe("the document of a run", () => {
  it("has every rule", () => {
    const document = renderJson({ endpoint: "http://127.0.0.1:4566", region: "us-east-1" }, VERDICTS);
    expect(JSON.parse(document)).toEqual({
      endpoint: "http://127.0.0.1:4566",
      region: "us-east-1",
      passed: 1,
      failed: 1,
      notTried: 2,
      rules: VERDICTS,
    });
  });
});
