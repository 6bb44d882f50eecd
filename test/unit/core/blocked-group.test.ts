import { expect, it } from "vitest";
import { hasOutcome } from "../../../src/core/blocked-group.js";
import type { Fact } from "../../../src/core/facts.js";
import {
  acceptedFact,
  duplicateFact,
  publishedFact,
  redrivenFact,
  rejectedFact,
} from "../../contract/journal-facts.js";

it.each<[string, Fact[], boolean]>([
  ["nothing is known", [], false],
  ["it owns the event, and has not published it", [acceptedFact({ owner: "m-1" })], false],
  ["it published the event", [acceptedFact({ owner: "m-1" }), publishedFact({ owner: "m-1" })], true],
  ["another message published the event", [publishedFact({ owner: "m-2" })], false],
  ["it was rejected", [rejectedFact({ messageId: "m-1" })], true],
  ["another message was rejected", [rejectedFact({ messageId: "m-2" })], false],
  ["it was a duplicate", [publishedFact({ owner: "m-2" }), duplicateFact({ messageId: "m-1" })], true],
  ["another dead letter of the event was redriven", [redrivenFact({ messageId: "m-1" })], false],
])("a message blocks its group until it has its outcome: %s", (_, facts, expected) => {
  expect(hasOutcome(facts, "m-1")).toBe(expected);
});
