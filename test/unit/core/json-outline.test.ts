import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outlineOf } from "../../../src/core/json-outline.js";

const NAMES = new Set(["id", "clientId", "meta"]);

describe("the outline of a JSON text", () => {
  it.each([
    [
      "only the members that are wanted",
      '{"x":1,"id":"e-1","payload":{"id":"no"},"clientId":"c"}',
      { id: "e-1", clientId: "c" },
    ],
    ["with white space anywhere", ' \n{ "id" : "e-1" ,\t"clientId":\r\n"c" } ', { id: "e-1", clientId: "c" }],
    ["a name in escapes", '{"\\u0069d":"e-1"}', { id: "e-1" }],
    ["small objects too", '{"meta":{"at":["}",{"x":"]"}]},"id":1}', { meta: { at: ["}", { x: "]" }] }, id: 1 }],
    ["no member that stands twice", '{"id":"e-1","id":"e-2","clientId":"c"}', { clientId: "c" }],
    ["no member that is long", `{"id":"${"e".repeat(5000)}","clientId":"c"}`, { clientId: "c" }],
    ["no half of a surrogate pair", '{"id":"\\ud83d","clientId":"c"}', { clientId: "c" }],
    ["what comes before the text ends", '{"id":"e-1","clientId":"c', { id: "e-1" }],
    ["nothing of what is no object", '["id","e-1"]', {}],
    ["nothing of nothing", "", {}],
  ])("tells %s", (_, text, outline) => {
    expect(outlineOf(text, NAMES)).toEqual(outline);
  });

  it("is what JSON.parse would tell of a document's small members", () => {
    const document = fc.dictionary(fc.constantFrom("id", "clientId", "meta", "x", "payload"), fc.jsonValue());
    fc.assert(
      fc.property(document, fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const wanted = Object.entries(JSON.parse(text)).filter(([name]) => NAMES.has(name));
        expect(outlineOf(text, NAMES)).toEqual(Object.fromEntries(wanted));
      }),
    );
  });

  it("of any text is told without an error", () => {
    const piece = fc.constantFrom('"', "\\", "{", "}", "[", "]", ":", ",", "id", '"id"', " ", "1", "é");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        outlineOf(pieces.join(""), NAMES);
        outlineOf(`{"id":${pieces.join("")}`, NAMES);
      }),
    );
  });
});
