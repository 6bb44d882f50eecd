import { EvpError } from "./errors.js";
import type { Json, JsonObject } from "./event.js";
import { findUnknownPlaceholder } from "./fixture-placeholders.js";
import { OUTCOMES, type Outcome, REASONS, type Reason } from "./outcome.js";

/** What a sender can learn of an event: its outcome, or that the queue's own deduplication dropped it. */
export type SendOutcome = Outcome | "deduplicated";

export interface Expectation {
  outcome: SendOutcome;
  /** Only with `rejected`. */
  reason?: Reason | undefined;
}

/** One message of a fixture. Every string may hold placeholders (fixtures/README.md). */
export interface FixtureEvent {
  /** A JSON body, or a text that is sent as it is. */
  content: { kind: "json"; body: JsonObject } | { kind: "raw"; text: string };
  /** Left out: made from the event. */
  deduplicationId?: string | undefined;
  /** Left out: made from the event. */
  groupId?: string | undefined;
  expect: Expectation;
}

/** A named case that `evp send` can play: its messages in order, each with the outcome to expect. */
export interface Fixture {
  name: string;
  description: string;
  events: FixtureEvent[];
}

const SEND_OUTCOMES: readonly SendOutcome[] = [...OUTCOMES, "deduplicated"];
const EVENT_MEMBERS = ["body", "raw", "deduplicationId", "groupId", "expect"];

/**
 * Reads a fixture's file.
 * @throws EvpError (usage) that names the fixture, the JSON Pointer and what was expected there
 */
export function parseFixture(name: string, text: string): Fixture {
  const refuse = (pointer: string, problem: string) =>
    new EvpError(`fixture ${name}: ${pointer === "" ? "the file" : pointer} ${problem}`, {
      code: "fixture-invalid",
      category: "usage",
      hint: "fixtures/README.md tells the format",
    });
  const file = parseJson(text);
  if (!isObject(file)) throw refuse("", "must be a JSON object");
  const { description, events } = file;
  if (typeof description !== "string") throw refuse("/description", "must be a string");
  if (!Array.isArray(events) || events.length === 0) throw refuse("/events", "must be a list of at least one event");
  return { name, description, events: events.map((event, index) => parseEvent(event, `/events/${index}`, refuse)) };
}

type Refuse = (pointer: string, problem: string) => EvpError;

function parseEvent(event: Json, pointer: string, refuse: Refuse): FixtureEvent {
  if (!isObject(event)) throw refuse(pointer, "must be an object");
  const stranger = Object.keys(event).find((name) => !EVENT_MEMBERS.includes(name));
  if (stranger !== undefined)
    throw refuse(`${pointer}/${stranger}`, `is not known; known are ${EVENT_MEMBERS.join(", ")}`);
  const placeholder = findUnknownPlaceholder(JSON.stringify(event));
  if (placeholder !== undefined) throw refuse(pointer, `holds the unknown placeholder ${placeholder}`);
  return {
    content: parseContent(event, pointer, refuse),
    deduplicationId: optionalText(event.deduplicationId, `${pointer}/deduplicationId`, refuse),
    groupId: optionalText(event.groupId, `${pointer}/groupId`, refuse),
    expect: parseExpectation(event.expect, `${pointer}/expect`, refuse),
  };
}

function parseContent({ body, raw }: JsonObject, pointer: string, refuse: Refuse): FixtureEvent["content"] {
  if (isObject(body) && raw === undefined) return { kind: "json", body };
  if (typeof raw === "string" && body === undefined) return { kind: "raw", text: raw };
  throw refuse(pointer, "must have either a body, which is an object, or a raw, which is a string");
}

function optionalText(value: Json | undefined, pointer: string, refuse: Refuse): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw refuse(pointer, "must be a string");
}

function parseExpectation(value: Json | undefined, pointer: string, refuse: Refuse): Expectation {
  if (!isObject(value)) throw refuse(pointer, "must be an object");
  const outcome = SEND_OUTCOMES.find((known) => known === value.outcome);
  if (outcome === undefined) throw refuse(`${pointer}/outcome`, `must be one of ${SEND_OUTCOMES.join(", ")}`);
  if (outcome !== "rejected") return { outcome };
  const reason = REASONS.find((known) => known === value.reason);
  if (reason === undefined) throw refuse(`${pointer}/reason`, `must be one of ${REASONS.join(", ")}`);
  return { outcome, reason };
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
