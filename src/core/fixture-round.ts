import type { Json } from "./event.js";
import type { Expectation, Fixture, FixtureEvent } from "./fixture.js";
import { fillerOf, type Round } from "./fixture-placeholders.js";

/** A message of a fixture with its placeholders filled in. */
export interface FixtureMessage {
  /** Its place in the fixture. */
  index: number;
  body: string;
  deduplicationId: string | undefined;
  groupId: string | undefined;
  expect: Expectation;
}

/** The fixture's messages for one playing of it, in order. */
export function fixtureMessages(fixture: Fixture, round: Round): FixtureMessage[] {
  const fill = fillerOf(round);
  const fillOptional = (text: string | undefined) => (text === undefined ? undefined : fill(text));
  return fixture.events.map((event, index) => ({
    index,
    body: fillContent(event.content, fill),
    deduplicationId: fillOptional(event.deduplicationId),
    groupId: fillOptional(event.groupId),
    expect: event.expect,
  }));
}

function fillContent(content: FixtureEvent["content"], fill: (text: string) => string): string {
  return content.kind === "raw" ? fill(content.text) : JSON.stringify(fillJson(content.body, fill));
}

function fillJson(value: Json, fill: (text: string) => string): Json {
  if (typeof value === "string") return fill(value);
  if (Array.isArray(value)) return value.map((item) => fillJson(item, fill));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fillJson(member, fill)]));
}
