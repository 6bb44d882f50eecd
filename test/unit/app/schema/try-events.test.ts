import { describe, expect, it } from "vitest";
import { checkSchema, schemaCheckProblem } from "../../../../src/app/schema/check-schema.js";
import { schemaTestProblem, testEvents } from "../../../../src/app/schema/test-events.js";
import { tryStoredEvents } from "../../../../src/app/schema/try-stored-events.js";
import type { SourceItem } from "../../../../src/app/send/split-events.js";
import type { Json, JsonObject } from "../../../../src/core/event.js";
import { createExaminer } from "../../../../src/core/examine.js";
import { compileSchemas } from "../../../../src/core/schema-compiler.js";
import type { StoredEvent } from "../../../../src/ports/journal.js";
import { eventBody } from "../../../factories/events.js";

const SCHEMA = { required: ["amount"], properties: { amount: { type: "number" } } };

function examinerOf(schema: object, type?: string) {
  const schemas = compileSchemas([{ type, file: "a.json", text: JSON.stringify(schema) }], []);
  return createExaminer({ mapping: "evp", schemas, maxEventBytes: 1024 * 1024 });
}

describe("testing events", () => {
  const options = {
    source: "events.ndjson",
    countedBy: "line" as const,
    examine: examinerOf(SCHEMA, "transaction"),
    clock: { now: () => 0 },
    keepPassing: true,
  };

  it("tells of each whether it would pass, and each violation with the value", async () => {
    const items: SourceItem[] = [
      { line: 1, text: eventBody({ id: "good", payload: { amount: 1 } }) },
      { line: 2, text: eventBody({ id: "bad", payload: { amount: "1" } }) },
      { line: 4, text: eventBody({ id: "other", type: "unheard-of", payload: {} }) },
      { line: 5, text: "{" },
      { line: 6, problem: "not UTF-8" },
    ];
    const report = await testEvents(items, options);
    expect(report).toMatchObject({ source: "events.ndjson", countedBy: "line", checked: 5, passed: 1, failed: 4 });
    expect(report.events.map(({ line, passes, reason }) => [line, passes, reason])).toEqual([
      [1, true, undefined],
      [2, false, "schema-violation"],
      [4, false, "schema-unknown"],
      [5, false, "malformed-json"],
      [6, false, "unreadable"],
    ]);
    expect(report.events[1]).toEqual({
      line: 2,
      eventId: "bad",
      clientId: "client-1",
      type: "transaction",
      version: "1.0",
      passes: false,
      reason: "schema-violation",
      detail: "/payload/amount must be number",
      violations: [{ pointer: "/payload/amount", message: "must be number", found: '"1"' }],
    });
    expect(schemaTestProblem(report)).toMatchObject({ exitCode: 5, message: "4 of 5 events would be rejected" });
  });

  it("keeps only the failures of a long file, and ends well when there are none", async () => {
    const items = [{ line: 1, text: eventBody({ payload: { amount: 1 } }) }];
    const report = await testEvents(items, { ...options, keepPassing: false });
    expect(report).toMatchObject({ checked: 1, events: [] });
    expect(schemaTestProblem(report)).toBeUndefined();
  });

  it("wants events", async () => {
    await expect(testEvents([], options)).rejects.toMatchObject({ code: "nothing-to-test", exitCode: 2 });
  });
});

describe("trying stored events with a new schema", () => {
  /** The newest first, as the journal gives them. */
  function stored(...bodies: string[]): StoredEvent[] {
    return bodies.map((body, index) => {
      const { payload: _, ...envelope } = JSON.parse(body);
      const at = Date.UTC(2026, 10, 21, 10) - index * 1000;
      const { id: eventId, clientId } = envelope;
      const times = { at, sentAt: at, receivedAt: at, claimedAt: at, expiresAt: at / 1000 + 60 };
      const place = { groupId: "g", sequence: "1", owner: "m", contentHash: "h" };
      return {
        accepted: { fact: "accepted", eventId, clientId, envelope, body, ...times, ...place },
        published: undefined,
      };
    });
  }

  function journalOf(events: Record<string, StoredEvent[]>) {
    const asked: object[] = [];
    return {
      asked,
      async *events(options: { clientId: string; since: number; until: number; newestFirst?: boolean }) {
        asked.push(options);
        yield* events[options.clientId] ?? [];
      },
    };
  }

  const body = (id: string, amount: Json, more: JsonObject = {}) => eventBody({ id, payload: { amount }, ...more });
  const options = {
    place: { type: "transaction", version: "1.0" },
    clientIds: ["client-1", "client-2"],
    last: 3,
    examine: examinerOf(SCHEMA),
    now: 99,
  };

  it("counts those of each client that would fail, the newest of the type and version alone", async () => {
    const journal = journalOf({
      "client-1": stored(
        body("a", "1"),
        body("x", "1", { type: "other" }),
        body("y", "1", { version: "2.0" }),
        body("b", 2),
        body("c", "3"),
        body("d", "4"),
      ),
    });
    const trial = await tryStoredEvents(journal, options);
    expect(trial).toMatchObject({ last: 3, version: "1.0", checked: 3, failing: 2 });
    expect(trial.clients).toEqual([
      {
        clientId: "client-1",
        checked: 3,
        failing: 2,
        examples: [
          {
            eventId: "a",
            sentAt: "2026-11-21T10:00:00.000Z",
            violations: [{ pointer: "/payload/amount", message: "must be number", found: '"1"' }],
          },
          expect.objectContaining({ eventId: "c" }),
        ],
      },
      { clientId: "client-2", checked: 0, failing: 0, examples: [] },
    ]);
    expect(journal.asked[0]).toEqual({
      clientId: "client-1",
      since: 0,
      until: 99,
      newestFirst: true,
      mayMissLatest: true,
    });
  });

  it("shows three examples, and takes every version where the old schema is for all", async () => {
    const events = ["a", "b", "c", "d"].map((id) => body(id, "1", { version: "7.0" }));
    const journal = journalOf({ "client-1": stored(...events) });
    const trial = await tryStoredEvents(journal, { ...options, place: { type: "transaction" }, last: 9 });
    expect(trial).toMatchObject({ version: null, checked: 4, failing: 4 });
    expect(trial.clients[0]?.examples.map(({ eventId }) => eventId)).toEqual(["a", "b", "c"]);
  });

  it("makes a verdict: events that would fail break, whatever the schemas say", () => {
    const read = { file: "order/1.1.json", type: "order", version: "1.1", text: JSON.stringify(SCHEMA) };
    const older = { file: "order/1.0.json", version: "1.0", text: JSON.stringify(SCHEMA) };
    const quiet = checkSchema(read, older, null);
    expect(quiet).toEqual({
      file: "order/1.1.json",
      type: "order",
      version: "1.1",
      against: { file: "order/1.0.json", version: "1.0" },
      verdict: "compatible",
      changes: [],
      store: null,
    });
    expect(schemaCheckProblem(quiet)).toBeUndefined();
    const failing = checkSchema(read, older, { last: 9, version: "1.0", checked: 9, failing: 2, clients: [] });
    expect(failing.verdict).toBe("breaking");
    expect(schemaCheckProblem(failing)).toMatchObject({
      exitCode: 5,
      message: "order/1.1.json: 2 of 9 stored events would fail",
    });
    const unknown = checkSchema(
      { ...read, text: '{"properties":{"a":{"type":"string"}}}' },
      { ...older, text: "{}" },
      null,
    );
    expect(unknown.verdict).toBe("cannot-tell");
    expect(schemaCheckProblem(unknown)).toBeUndefined();
  });
});
