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

  it.each(["type!=monitoring", "amount!=12", "nothing!=x", "source!=other", "a!b!=c"])("%s holds", (text) => {
    expect(matchesAll([parseTailFilter(text)], subject)).toBe(true);
  });

  it.each(["type!=transaction", "source!=inner", "amount!=12.5"])(
    "%s does not hold, since it has the value somewhere",
    (text) => {
      expect(matchesAll([parseTailFilter(text)], subject)).toBe(false);
    },
  );

  it.each(["eventId~e-", "to~Rec", "payload.to.city~ecif", "priority~hi", "source~sho"])("%s finds a part", (text) => {
    expect(matchesAll([parseTailFilter(text)], subject)).toBe(true);
  });

  it.each(["type~monitor", "nothing~", "to.city~recife"])("%s finds nothing", (text) => {
    expect(matchesAll([parseTailFilter(text)], subject)).toBe(false);
  });

  it.each([
    ["url=a=b~c", { name: "url", operator: "=", value: "a=b~c" }],
    ["url~a=b", { name: "url", operator: "~", value: "a=b" }],
    ["/a~1b=5", { name: "/a~1b", operator: "=", value: "5" }],
    ["/a~0~x", { name: "/a~0", operator: "~", value: "x" }],
    ["note=", { name: "note", operator: "=", value: "" }],
  ])("%s is read up to its first operator, which an escape of a pointer is not", (text, filter) => {
    expect(parseTailFilter(text)).toEqual(filter);
  });

  it.each(["type", "=x", "", "!=x", "~x", "a!"])("refuses %j", (text) => {
    expect(() => parseTailFilter(text)).toThrow("a name, one of = != ~ and a value were expected");
  });
});
