import { describe, expect, it } from "vitest";
import { parseFixture } from "../../../src/core/fixture.js";
import { fixtureMessages } from "../../../src/core/fixture-round.js";

function fixture(...events: object[]) {
  return parseFixture("test", JSON.stringify({ description: "a test", events }));
}

function round(number = 1) {
  let uuids = 0;
  return { number, now: Date.parse("2026-11-21T10:00:00Z"), newUuid: () => `uuid-${number}-${++uuids}` };
}

const published = { outcome: "published" };

describe("a fixture's file", () => {
  it.each([
    ["no JSON", "{", "fixture test: the file must be a JSON object"],
    ["no description", `{"events":[]}`, "fixture test: /description must be a string"],
    ["no events", `{"description":"","events":[]}`, "fixture test: /events must be a list of at least one event"],
    [
      "an unknown member",
      `{"description":"","events":[{"bodi":{}}]}`,
      "fixture test: /events/0/bodi is not known; known are body, raw, deduplicationId, groupId, expect",
    ],
    [
      "body and raw",
      `{"description":"","events":[{"body":{},"raw":""}]}`,
      "fixture test: /events/0 must have either a body, which is an object, or a raw, which is a string",
    ],
    [
      "an unknown outcome",
      `{"description":"","events":[{"body":{},"expect":{"outcome":"lost"}}]}`,
      "fixture test: /events/0/expect/outcome must be one of published, rejected, duplicate, deduplicated",
    ],
    [
      "a rejection without a reason",
      `{"description":"","events":[{"body":{},"expect":{"outcome":"rejected"}}]}`,
      /^fixture test: \/events\/0\/expect\/reason must be one of malformed-json,/,
    ],
    [
      "an unknown placeholder",
      `{"description":"","events":[{"raw":"{{uid}}","expect":{"outcome":"published"}}]}`,
      "fixture test: /events/0 holds the unknown placeholder {{uid}}",
    ],
  ])("is refused with %s", (_, text, message) => {
    expect(() => parseFixture("test", text)).toThrow(message);
  });
});

describe("the messages of one round", () => {
  it("hold a fresh UUID for each unnamed placeholder, and one for each name", () => {
    const event = { raw: "{{uuid}} {{uuid}} {{uuid:a}} {{uuid:b}} {{uuid:a}}", expect: published };
    const bodies = fixtureMessages(fixture(event, { raw: "{{uuid:a}}", expect: published }), round()).map(
      (m) => m.body,
    );
    expect(bodies).toEqual(["uuid-1-1 uuid-1-2 uuid-1-3 uuid-1-4 uuid-1-3", "uuid-1-3"]);
  });

  it("hold the time, the number of the round and repeated text", () => {
    const event = { raw: "{{now}} {{n}} {{repeat:ab:3}}", expect: published };
    expect(fixtureMessages(fixture(event), round(7))[0]?.body).toBe("2026-11-21T10:00:00.000Z 7 ababab");
  });

  it("are filled in wherever a text stands, and nowhere else", () => {
    const body = { "{{n}}": ["{{n}}", 1, null, { deep: "a{{n}}" }], amount: 1.5 };
    const event = { body, deduplicationId: "d{{n}}", groupId: "g{{n}}", expect: published };
    const [message] = fixtureMessages(fixture(event), round(2));
    expect(message?.body).toBe(`{"{{n}}":["2",1,null,{"deep":"a2"}],"amount":1.5}`);
    expect(message).toMatchObject({ index: 0, deduplicationId: "d2", groupId: "g2" });
  });
});
