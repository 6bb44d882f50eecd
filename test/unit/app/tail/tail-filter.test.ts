import { describe, expect, it } from "vitest";
import { matchesAll, parseTailFilter } from "../../../../src/app/tail/tail-filter.js";

const subject = {
  record: { eventId: "e-1", type: "transaction", redrives: 2 },
  attributes: { priority: "high" },
  body: JSON.stringify({
    source: "shop",
    payload: { amount: 12.5, ok: true, to: { city: "Recife" }, tags: ["a"], source: "inner" },
  }),
};

describe("--filter", () => {
  it.each(["type=transaction", "redrives=2", "priority=high", "source=shop", "source=inner", "amount=12.5", "ok=true"])(
    "%s holds",
    (text) => {
      expect(matchesAll([parseTailFilter(text)], subject)).toBe(true);
    },
  );

  it.each([
    "payload.amount=12.5",
    "/payload/amount=12.5",
    "to.city=Recife",
    "payload.to.city=Recife",
    "tags.0=a",
    'tags=["a"]',
  ])("%s finds a member of the body", (text) => {
    expect(matchesAll([parseTailFilter(text)], subject)).toBe(true);
  });

  it.each(["type=monitoring", "nothing=x", "amount=12", "constructor=x", "priority="])("%s does not hold", (text) => {
    expect(matchesAll([parseTailFilter(text)], subject)).toBe(false);
  });

  it("must hold with all others", () => {
    const filters = ["type=transaction", "priority=low"].map(parseTailFilter);
    expect(matchesAll(filters, subject)).toBe(false);
  });

  it("looks at the record alone when the body is no JSON", () => {
    expect(matchesAll([parseTailFilter("eventId=e-1")], { ...subject, body: "{" })).toBe(true);
  });

  it.each(["type", "=x", ""])("refuses %j", (text) => {
    expect(() => parseTailFilter(text)).toThrow("a name, an equals sign and a value were expected");
  });
});
