import { describe, expect, it } from "vitest";
import type { WhyDocument } from "../../../../src/app/why/event-life.js";
import { explainEvent, type WhyOptions, type WhyPorts } from "../../../../src/app/why/explain-event.js";
import { EvpError } from "../../../../src/core/errors.js";
import { createExaminer } from "../../../../src/core/examine.js";
import type { ProcessorReport } from "../../../../src/core/processor-report.js";
import { compileSchemas } from "../../../../src/core/schema-compiler.js";
import { redrivenFact, rejectedFact } from "../../../contract/journal-facts.js";
import { factReaders } from "../../../doubles/fact-readers.js";
import { createEnvelopeExaminer } from "../../../doubles/stack-schemas.js";
import type { ManualClock } from "../../../factories/manual-clock.js";
import type { ModelStack } from "../../../factories/model-stack.js";
import { bodyOf, createStack, drain, MINUTE, startProcessor } from "../../../factories/running-processor.js";

/** A processor whose events need an `amount`, and later a `currency` too. */
function examinerOf(required: string[]) {
  const schemas = compileSchemas([{ file: "default", text: JSON.stringify({ type: "object", required }) }], []);
  return createExaminer({ mapping: "evp", schemas, maxEventBytes: 256 * 1024 });
}

interface World {
  stack: ModelStack;
  clock: ManualClock;
  processors?: Partial<ProcessorReport>[];
  required?: string[];
  ports?: Partial<WhyPorts>;
}

/** What `evp why <id>` tells of a model of a stack. */
function why(world: World, id: string, options: Partial<WhyOptions> = {}): Promise<WhyDocument> {
  const { stack, clock, processors = [], required = ["amount"], ports = {} } = world;
  const { ingress, deadLetters } = stack.connection;
  const journal: WhyPorts["journal"] = {
    ...factReaders(() => stack.facts),
    read: async ({ eventId, clientId }) =>
      stack.facts.filter((fact) => fact.eventId === eventId && fact.clientId === clientId),
    blockedGroups: async () => [...stack.blocked.values()],
    processors: async () =>
      processors.map((report) => ({
        held: { messages: 0, bytes: 0 },
        down: [],
        stalled: [],
        ...report,
      })) as ProcessorReport[],
  };
  const clients: WhyPorts["clients"] = {
    get: async (ids) => new Map(ids.flatMap((each) => Array.from(stack.registry).filter(([name]) => name === each))),
  };
  const createExaminer = async () => examinerOf(required);
  const judging = { createExaminer, examineEnvelope: createEnvelopeExaminer() };
  return explainEvent(
    { journal, ingress, deadLetters, clients, clock, ...judging, ...ports },
    { id, clientId: undefined, isRejectionIndexed: true, withBody: false, ...STACK, ...options },
  );
}

const STACK = { target: "local", stack: "evp", retentionDays: 30, topicOf: (clientId: string) => `${clientId}.fifo` };
const steps = ({ timeline }: Pick<WhyDocument, "timeline">) => timeline.map(({ step }) => step);

describe("why, of an event that a processor has had", () => {
  it("tells the whole way of one that was published", async () => {
    const { clock, stack } = createStack();
    const messageId = stack.send("client-1#k", bodyOf("e-1"));
    await drain(stack, clock);
    const life = await why({ clock, stack }, "e-1");
    expect(life).toMatchObject({
      eventId: "e-1",
      clientId: "client-1",
      outcome: "published",
      reason: null,
      type: "transaction",
      groupId: "client-1#k",
      foundBy: "event-id",
      waiting: null,
      judgedNow: null,
      others: [],
      places: [],
    });
    expect(steps(life)).toEqual(["sent", "received", "validated", "permitted", "stored", "published"]);
    expect(life.facts.map(({ fact }) => fact)).toEqual(["accepted", "published"]);
    expect(life.timeline[0]).toEqual({ step: "sent", at: "2026-11-21T10:00:00.000Z", sinceMs: null, messageId });
    const [first, last] = [life.timeline[0]?.at ?? "", life.timeline.at(-1)?.at ?? ""];
    expect(life.totalMs).toBe(Date.parse(last) - Date.parse(first));
    expect(life).not.toHaveProperty("body");
    expect(JSON.stringify(life)).not.toContain("amount");
    expect(await why({ clock, stack }, "e-1", { withBody: true })).toMatchObject({
      body: bodyOf("e-1"),
      bodyBytes: 168,
    });
  });

  it("tells a rejection with its violations, what it would be now, and what can be done", async () => {
    const { clock, stack } = createStack();
    const messageId = stack.send("g", bodyOf("e-1", { payload: {} }));
    await drain(stack, clock);
    const life = await why({ clock, stack }, "e-1");
    expect(life).toMatchObject({
      outcome: "rejected",
      reason: "schema-violation",
      judgedNow: { passes: false, reason: "schema-violation", detail: "/payload/amount is missing", isChanged: false },
      hints: [`evp dlq show ${messageId}`, `mend a copy and send that: evp dlq fix ${messageId}`],
    });
    expect(life.timeline[2]).toMatchObject({
      step: "validated",
      at: null,
      reason: "schema-violation",
      violations: [{ pointer: "/payload/amount", message: "is missing" }],
    });

    expect(await why({ clock, stack, required: [] }, "e-1")).toMatchObject({
      judgedNow: { passes: true, isChanged: true },
      hints: [`it would pass now: evp dlq redrive --id ${messageId}`],
    });
    expect(await why({ clock, stack, required: ["currency"] }, "e-1")).toMatchObject({
      judgedNow: { passes: false, detail: "/payload/currency is missing", isChanged: true },
    });
  });

  it("judges by the registry too", async () => {
    const { clock, stack } = createStack();
    const messageId = stack.send("g", bodyOf("e-1", { clientId: "acme" }));
    await drain(stack, clock);
    expect(await why({ clock, stack }, "e-1")).toMatchObject({
      outcome: "rejected",
      reason: "client-unknown",
      judgedNow: { passes: false, reason: "client-unknown", isChanged: false },
      hints: [`evp client add acme transaction, then evp dlq redrive --id ${messageId}`],
    });
    stack.addClient("acme");
    expect(await why({ clock, stack }, "e-1")).toMatchObject({ judgedNow: { passes: true } });
  });

  it("still tells everything where the schemas of now do not compile", async () => {
    const { clock, stack } = createStack();
    stack.send("g", bodyOf("e-1", { payload: {} }));
    await drain(stack, clock);
    const createExaminer = async () => {
      throw new EvpError("schemas/a/1.0.json is no schema", { code: "schema-invalid", category: "usage" });
    };
    const life = await why({ clock, stack, ports: { createExaminer } }, "e-1");
    expect(life.judgedNow).toEqual({
      passes: null,
      reason: null,
      detail: "schemas/a/1.0.json is no schema",
      isChanged: false,
    });
  });

  it("judges nothing again of which it knows only the beginning, or that another message is at fault for", async () => {
    const { clock, stack } = createStack();
    stack.facts.push(rejectedFact({ eventId: "long", bodyBytes: 400_000 }));
    stack.facts.push(rejectedFact({ eventId: "conflict", reason: "id-conflict", detail: "other content" }));
    expect((await why({ clock, stack }, "long")).judgedNow).toMatchObject({ passes: null });
    expect((await why({ clock, stack }, "conflict")).judgedNow).toBeNull();
  });

  it("shows every client that has an event of this id, or one of them", async () => {
    const { clock, stack } = createStack();
    stack.send("a", bodyOf("e-1", { clientId: "client-2", payload: {} }));
    stack.send("b", bodyOf("e-1"));
    await drain(stack, clock);
    const life = await why({ clock, stack }, "e-1");
    const told = [life, ...life.others].map(({ clientId, outcome }) => `${clientId} ${outcome}`);
    expect(told).toEqual(["client-1 published", "client-2 rejected"]);
    expect(await why({ clock, stack }, "e-1", { clientId: "client-2" })).toMatchObject({
      clientId: "client-2",
      others: [],
    });
    const nobody = await why({ clock, stack }, "e-1", { clientId: "client-9" });
    expect(nobody).toMatchObject({
      clientId: "client-9",
      outcome: "unknown",
      places: [
        { place: "other-client", detail: "an event of this id is known of client-1, client-2" },
        {},
        {},
        {},
        {},
        {},
        {},
      ],
    });
  });

  it("tells what keeps an event that is stored and not published", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    stack.send("g", bodyOf("e-1"));
    const { force } = startProcessor(stack, clock, { drain: false });
    await clock.advance(5000);
    force.abort();
    await clock.advance(MINUTE);
    const reading = { clock, stack };
    expect(await why(reading, "e-1")).toMatchObject({
      outcome: "accepted",
      totalMs: null,
      waiting: { why: "no-processor" },
      hints: ["evp process"],
    });
    const down = [{ dependency: "topic client-1.fifo", since: clock.now(), why: "ServiceUnavailable" }];
    expect(await why({ ...reading, processors: [{ down }] }, "e-1")).toMatchObject({
      waiting: { why: "down", detail: "topic client-1.fifo is down: ServiceUnavailable" },
    });
    const stalled = [{ groupId: "g", since: clock.now(), lastTriedAt: clock.now(), why: "publish: no", messages: 1 }];
    expect(await why({ ...reading, processors: [{ stalled }] }, "e-1")).toMatchObject({
      waiting: { why: "stalled", detail: "its group was given back to the queue: publish: no" },
    });
  });
});

describe("why, of an event that waits for an operator", () => {
  async function blockedStack() {
    const { clock, stack } = createStack();
    const record = stack.registry.get("client-1");
    if (record !== undefined) stack.registry.set("client-1", { ...record, poisonPolicy: "block" });
    const messageId = stack.send("g", bodyOf("bad", { payload: {} }));
    stack.send("g", bodyOf("behind"));
    await drain(stack, clock);
    return { clock, stack, messageId };
  }

  it("tells of the head, which was never stored, by its id and by its message's", async () => {
    const { messageId, ...world } = await blockedStack();
    const life = await why(world, "bad");
    expect(life).toMatchObject({
      eventId: "bad",
      clientId: "client-1",
      outcome: "blocked",
      reason: "schema-violation",
      facts: [],
      foundBy: "blocked-group",
      hints: ["mend the schema, and start evp process again", "or to the DLQ with it: evp client poison client-1 skip"],
    });
    expect(life.timeline).toMatchObject([{ step: "blocked", messageId, detail: "/payload/amount is missing" }]);
    expect(await why(world, messageId)).toMatchObject({ eventId: "bad", outcome: "blocked" });
  });

  it("tells what it is that an event waits behind", async () => {
    const world = await blockedStack();
    expect(await why(world, "behind")).toMatchObject({
      outcome: "accepted",
      waiting: { why: "behind", detail: expect.stringContaining("it waits behind event bad") },
      hints: ["evp why bad tells what can be done"],
    });
  });

  it("forgets a block that is over", async () => {
    const { messageId, ...world } = await blockedStack();
    world.stack.facts.push(
      rejectedFact({ eventId: "bad", messageId, body: bodyOf("bad", { payload: {} }), bodyBytes: 1 }),
    );
    expect(await why(world, "bad")).toMatchObject({ outcome: "rejected", foundBy: "event-id" });
    expect(steps(await why(world, "bad"))).not.toContain("blocked");
  });
});

describe("why, of an id that is no event's", () => {
  it("finds a message that names no valid event by its message id, and by the id in its body", async () => {
    const { clock, stack } = createStack();
    const messageId = stack.send("g", bodyOf("e-1", { clientId: "no client" }));
    await drain(stack, clock);
    const told = { eventId: messageId, clientId: null, outcome: "rejected", reason: "envelope-invalid" };
    expect(await why({ clock, stack }, messageId)).toMatchObject({ ...told, foundBy: "message-id" });
    expect(await why({ clock, stack }, "e-1")).toMatchObject({ ...told, foundBy: "body" });
    expect(await why({ clock, stack }, "e-1", { isRejectionIndexed: false })).toMatchObject({ outcome: "unknown" });
  });

  it("finds a rejected event by its message's id", async () => {
    const { clock, stack } = createStack();
    const messageId = stack.send("g", bodyOf("e-1", { payload: {} }));
    await drain(stack, clock);
    expect(await why({ clock, stack }, messageId)).toMatchObject({ eventId: "e-1", foundBy: "message-id" });
  });

  it("follows a mended copy that was given an id", async () => {
    const { clock, stack } = createStack();
    const body = bodyOf("e-1", { clientId: "no client" });
    const kept = { eventId: "m-1", clientId: "~", messageId: "m-1" };
    stack.facts.push(rejectedFact({ ...kept, body, bodyBytes: body.length, reason: "envelope-invalid" }));
    stack.facts.push(
      redrivenFact({ ...kept, changes: '[{"pointer":"/clientId","before":"no client","after":"client-1"}]' }),
    );
    const life = await why({ clock, stack }, "m-1");
    expect(life).toMatchObject({
      outcome: "redriven",
      waiting: null,
      hints: ["its copy was given another id or client: evp why e-1"],
    });
    expect(life.timeline.at(-1)).toMatchObject({
      step: "redriven",
      changes: [{ pointer: "/clientId", before: "no client", after: "client-1" }],
    });
  });

  it("tells where one may be of which nothing is known", async () => {
    const { clock, stack } = createStack();
    stack.send("g", bodyOf("waits"));
    const life = await why({ clock, stack }, "waits");
    expect(life).toMatchObject({ eventId: "waits", clientId: null, outcome: "unknown", facts: [], timeline: [] });
    expect(life.places.map(({ place, likelihood }) => `${place} ${likelihood}`)).toEqual([
      "ingress likely",
      "other-stack possible",
      "deduplicated possible",
      "forgotten possible",
      "never-sent possible",
      "dlq unlikely",
    ]);
  });
});
