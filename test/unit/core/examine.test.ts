import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExaminer } from "../../../src/core/examine.js";
import { REASONS } from "../../../src/core/outcome.js";
import { compileSchemas } from "../../../src/core/schema-compiler.js";
import { eventBody, eventFields, sha256 } from "../../factories/events.js";

const RECEIVED_AT = Date.parse("2026-11-21T10:00:01Z");

const schema = {
  type: "object",
  required: ["transactionId", "amount"],
  properties: {
    transactionId: { type: "string" },
    amount: { type: "number", minimum: 0 },
    currency: { enum: ["BRL", "EUR"] },
  },
  additionalProperties: false,
};
const schemas = compileSchemas(
  [{ type: "transaction", version: "1.0", file: "transaction/1.0.json", text: JSON.stringify(schema) }],
  [
    {
      name: "high value",
      if: {
        properties: {
          type: { const: "transaction" },
          payload: { properties: { amount: { exclusiveMinimum: 10_000 } } },
        },
      },
      attributes: { highValue: "true" },
    },
  ],
);
const examine = createExaminer({ mapping: "evp", schemas, maxEventBytes: 256 * 1024 });

function examineBody(body: string, attributes: Record<string, string> = {}) {
  return examine({ body, attributes, receivedAt: RECEIVED_AT });
}

describe("a valid event", () => {
  it("carries its own facts as attributes", () => {
    const examined = examineBody(eventBody());
    expect(examined).toMatchObject({
      ok: true,
      event: eventFields(),
      attributes: {
        "evp-event-id": "e-1",
        "evp-type": "transaction",
        "evp-version": "1.0",
        "evp-received-at": "2026-11-21T10:00:01.000Z",
      },
    });
  });

  it("has version 1.0 when it names none", () => {
    const { version: _, ...fields } = eventFields();
    expect(examineBody(JSON.stringify(fields))).toMatchObject({ ok: true, event: { version: "1.0" } });
  });

  it("has a content hash of its canonical form", () => {
    const examined = examineBody('{"z":1}'.replace('{"z":1}', eventBody()));
    const canonical =
      '{"clientId":"client-1","id":"e-1","key":"account-42","payload":{"amount":120.5,"currency":"BRL","transactionId":"t-1"},' +
      '"source":"checkout","timestamp":"2026-11-21T10:00:00Z","type":"transaction","version":"1.0"}';
    expect(examined).toMatchObject({ contentHash: sha256(canonical) });
  });

  it("gets the attributes of the triage rules that fit it", () => {
    const body = eventBody({ payload: { transactionId: "t-1", amount: 10_001 } });
    expect(examineBody(body)).toMatchObject({ ok: true, attributes: { highValue: "true" } });
    expect(examineBody(eventBody())).not.toMatchObject({ attributes: { highValue: "true" } });
  });

  it("passes on a trace context, and nothing that only looks like one", () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect(examineBody(eventBody(), { traceparent })).toMatchObject({ attributes: { traceparent } });
    expect(examineBody(eventBody(), { traceparent: "00-1" })).toMatchObject({ ok: true });
    expect(examineBody(eventBody(), { traceparent: "00-1" })).not.toMatchObject({
      attributes: { traceparent: "00-1" },
    });
  });
});

describe("what is no event is refused, with everything that is wrong", () => {
  it.each([
    ["malformed-json", "{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
    ["malformed-json", '{"id":"a","id":"b"}', 'the member "id" stands twice in one object'],
    ["envelope-invalid", "[1]", "the document must be a JSON object"],
    ["envelope-invalid", eventBody({ id: "has space" }), '/id must match pattern "^[!-~]{1,128}$"'],
    ["envelope-invalid", eventBody({ nom: "x" }), "/nom is not a known field"],
    [
      "envelope-invalid",
      eventBody({ payload: 1, clientId: "a b" }),
      '/clientId must match pattern "^[A-Za-z0-9_-]{1,64}$"; /payload must be object',
    ],
    ["envelope-invalid", JSON.stringify({ ...eventFields(), source: undefined }), "/source is missing"],
    ["envelope-invalid", eventBody({ timestamp: "yesterday" }), '/timestamp must match format "date-time"'],
    ["schema-unknown", eventBody({ type: "shipment" }), "there is no schema for shipment version 1.0"],
    ["schema-unknown", eventBody({ version: "2.0" }), "there is no schema for transaction version 2.0"],
    [
      "schema-violation",
      eventBody({ payload: { amount: -1, currency: "USD", note: "x" } }),
      '/payload/transactionId is missing; /payload/note is not a known field; /payload/amount must be >= 0; /payload/currency must be one of "BRL", "EUR"',
    ],
  ])("%s: %s", (reason, body, detail) => {
    expect(examineBody(body)).toMatchObject({ ok: false, rejection: { reason, detail } });
  });

  it("too-large: body and the attributes evp adds, to the byte", () => {
    const attributeBytes =
      [
        "evp-event-id",
        "e-1",
        "evp-type",
        "transaction",
        "evp-version",
        "1.0",
        "evp-received-at",
        "2026-11-21T10:00:01.000Z",
      ].join("").length +
      4 * "String".length;
    const room = 256 * 1024 - attributeBytes - eventBody({ payload: { transactionId: "", amount: 1 } }).length;
    const bodyOf = (bytes: number) => eventBody({ payload: { transactionId: "x".repeat(bytes), amount: 1 } });
    expect(examineBody(bodyOf(room))).toMatchObject({ ok: true });
    expect(examineBody(bodyOf(room + 1))).toMatchObject({
      ok: false,
      rejection: { reason: "too-large", detail: "262145 bytes with evp's attributes; 262144 are allowed" },
      envelope: { id: "e-1", clientId: "client-1" },
    });
  });

  it("keeps the envelope fields that are valid, so that an operator sees whose event it was", () => {
    expect(examineBody(eventBody({ type: "no/type" }))).toMatchObject({
      envelope: { id: "e-1", clientId: "client-1" },
    });
    expect(examineBody(eventBody({ type: "no/type" }))).not.toMatchObject({ envelope: { type: "no/type" } });
  });

  it("keeps the detail within 4 KiB and free of what a message attribute cannot carry", () => {
    const names = Array.from({ length: 500 }, (_, index) => `unknown-\u0007\uFFFF\uFFFE-${index}`);
    const examined = examineBody(eventBody(Object.fromEntries(names.map((name) => [name, 1]))));
    const detail = examined.ok ? "" : examined.rejection.detail;
    expect(Buffer.byteLength(detail)).toBeLessThanOrEqual(4096);
    expect(detail).toMatch(/; and \d+ more$/);
    expect(detail).not.toMatch(/[\p{Cc}\uFFFE\uFFFF]/u);
  });
});

describe("any bytes whatever", () => {
  const mappings = [
    "evp",
    "cloudevents",
    { id: "/id", type: "/type", clientId: { pointer: "/client", aliases: { a: "client-1" } } },
  ] as const;

  it.each(mappings.map((mapping) => [mapping]))("yield an outcome and never throw (%j)", (mapping) => {
    const examineMapped = createExaminer({ mapping, schemas, maxEventBytes: 1000 });
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("latin1")),
      fc.json({ noUnicodeString: false }),
      fc
        .dictionary(
          fc.constantFrom("id", "type", "clientId", "client", "source", "payload", "data", "__proto__"),
          fc.jsonValue(),
        )
        .map((value) => JSON.stringify(value)),
      fc
        .record({ id: fc.string(), amount: fc.double() })
        .map((payload) => eventBody({ payload: JSON.parse(JSON.stringify(payload)) })),
    );
    fc.assert(
      fc.property(text, fc.dictionary(fc.string(), fc.string()), (body, attributes) => {
        const examined = examineMapped({ body, attributes, receivedAt: RECEIVED_AT });
        if (examined.ok) expect(examined.event.id).toMatch(/^[!-~]{1,128}$/);
        else expect(REASONS).toContain(examined.rejection.reason);
      }),
      { numRuns: 2000 },
    );
  });
});
