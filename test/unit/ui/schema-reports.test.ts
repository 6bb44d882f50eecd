import { Chalk } from "chalk";
import { expect, it } from "vitest";
import type { SchemaCheckReport } from "../../../src/app/schema/check-schema.js";
import { renderSchemaCheck } from "../../../src/ui/plain/schema-check.js";
import { renderSchemas } from "../../../src/ui/plain/schema-list.js";
import { renderSchemaTest } from "../../../src/ui/plain/schema-test.js";

const plain = (width: number) => ({ width, colour: new Chalk({ level: 0 }) });

it("the list of schemas tells what each is for", () => {
  const schema = { file: "schemas/order.json", draft: "draft-07" as const, title: "An order", builtIn: false };
  const views = [
    { ...schema, type: "order", version: "1.0", builtIn: true },
    { ...schema, type: "order", version: null },
    { ...schema, type: null, version: null, title: null },
  ];
  expect(renderSchemas(views, plain(80))).toBe(
    [
      "TYPE       VERSION    DRAFT     FILE                TITLE",
      "order      1.0        draft-07  comes with evp      An order",
      "order      any other  draft-07  schemas/order.json  An order",
      "any other  any other  draft-07  schemas/order.json",
      "",
    ].join("\n"),
  );
});

it("a test tells what fails, without what could move a cursor", () => {
  const event = { eventId: "e-1", clientId: "client-1", type: "order", version: "1.0" };
  const report = {
    source: "events.ndjson",
    countedBy: "line" as const,
    checked: 3,
    passed: 1,
    failed: 2,
    events: [
      { ...event, line: 1, passes: true },
      {
        ...event,
        line: 2,
        passes: false,
        reason: "schema-violation" as const,
        detail: "/payload/a must be number",
        violations: [{ pointer: "/payload/a", message: "must be number", found: '"\u001b[31m1"' }],
      },
      {
        line: 3,
        eventId: null,
        clientId: null,
        type: null,
        version: null,
        passes: false,
        reason: "malformed-json" as const,
        detail: "Unexpected end",
        violations: [],
      },
    ],
  };
  expect(renderSchemaTest(report, plain(80))).toBe(
    [
      "schema-violation  line 2 · e-1 · client-1 · order 1.0",
      '  /payload/a must be number; found "1"',
      "malformed-json  line 3",
      "  Unexpected end",
      "events.ndjson: 3 events, 1 passes, 2 would be rejected",
      "",
    ].join("\n"),
  );
});

const REPORT: SchemaCheckReport = {
  file: "order/1.1.json",
  type: "order",
  version: "1.1",
  against: { file: "schemas/order/1.0.json", version: "1.0" },
  verdict: "breaking",
  changes: [
    {
      verdict: "breaking",
      field: "/amount",
      reason: "must be number now; it could be string",
      pointer: "/properties/amount/type",
      of: "new",
    },
    {
      verdict: "compatible",
      field: "",
      reason: "takes fields that are not listed now",
      pointer: "/additionalProperties",
      of: "old",
    },
  ],
  store: null,
};

it("a check tells each change, and the verdict", () => {
  expect(renderSchemaCheck(REPORT, plain(80))).toBe(
    [
      "order/1.1.json compared with schemas/order/1.0.json",
      "VERDICT     FIELD        CHANGE",
      "breaking    /amount      must be number now; it could be string",
      "compatible  the payload  takes fields that are not listed now",
      "",
      "verdict: breaking",
      "",
    ].join("\n"),
  );
  expect(renderSchemaCheck({ ...REPORT, changes: [], verdict: "compatible" }, plain(80))).toBe(
    "order/1.1.json compared with schemas/order/1.0.json\nNothing that matters to a producer has changed.\n\nverdict: compatible\n",
  );
  expect(renderSchemaCheck({ ...REPORT, verdict: "cannot-tell" }, plain(80))).toContain(
    "verdict: cannot tell; --against store tries the stored events\n",
  );
});

it("a check of stored events tells how many of each client would fail, with examples", () => {
  const violations = [{ pointer: "/payload/amount", message: "must be number", found: '"1"' }];
  const store = {
    last: 1000,
    version: "1.0",
    checked: 12,
    failing: 1,
    clients: [
      {
        clientId: "client-1",
        checked: 10,
        failing: 1,
        examples: [{ eventId: "e-1", sentAt: "2026-11-21T10:00:00.000Z", violations }],
      },
      { clientId: "client-2", checked: 2, failing: 0, examples: [] },
    ],
  };
  expect(renderSchemaCheck({ ...REPORT, changes: [], store }, plain(80))).toBe(
    [
      "order/1.1.json compared with schemas/order/1.0.json",
      "Nothing that matters to a producer has changed.",
      "",
      "Stored events of order 1.0, the newest 1000 events of each client:",
      "CLIENT    CHECKED  WOULD FAIL",
      "client-1       10           1",
      "client-2        2           0",
      "for instance client-1 e-1",
      '  /payload/amount must be number; found "1"',
      "",
      "verdict: breaking",
      "",
    ].join("\n"),
  );
});
