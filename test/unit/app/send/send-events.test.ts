import { describe, expect, it } from "vitest";
import { type SendSource, sendProblem } from "../../../../src/app/send/send-events.js";
import { eventBody, eventFields } from "../../../factories/events.js";
import { fileOf, fixtureOf, setUpSender, streamOf } from "./sender-fixtures.js";

const event = (id: string, changes = {}) => eventBody({ id, ...changes });
const template = (changes = {}) => ({
  body: eventFields({ id: "{{uuid}}", ...changes }),
  expect: { outcome: "published" },
});

/** Says one thing the first time that it is read, and another the second time. */
function changingFile(...readings: string[][]): SendSource {
  return {
    kind: "file",
    name: "events.ndjson",
    async *open() {
      for (const line of readings.shift() ?? []) yield Buffer.from(`${line}\n`);
    },
  };
}

describe("sending a file", () => {
  it("sends each line as it stands, in the group of its client and key", async () => {
    const { ingress, send } = setUpSender();
    const spaced = event("e-2", { key: "k" }).replace(":", " :  ");
    const withoutKey = JSON.stringify({ ...eventFields({ id: "e-3" }), key: undefined });
    const report = await send(fileOf(event("e-1"), spaced, withoutKey));
    expect(ingress.contents.map(({ body, groupId }) => [body, groupId])).toEqual([
      [event("e-1"), "client-1#account-42"],
      [spaced, "client-1#k"],
      [withoutKey, "client-1#checkout"],
    ]);
    expect(report).toMatchObject({ sent: 3, failed: 0, skipped: 0, interrupted: false });
    expect(report.events[1]).toEqual({
      id: "e-2",
      clientId: "client-1",
      type: "transaction",
      groupId: "client-1#k",
      messageId: "m-0002",
    });
    expect(sendProblem(report)).toBeUndefined();
  });

  it("lets the queue drop a line that repeats an event, and one that is sent again soon", async () => {
    const { send, sentIds } = setUpSender();
    const report = await send(fileOf(event("e-1"), event("e-2"), event("e-1")));
    expect(report.sent).toBe(3);
    expect(report.events[2]?.messageId).toBe(report.events[0]?.messageId);
    await send(fileOf(event("e-2")));
    expect(sentIds()).toEqual(["e-1", "e-2"]);
  });

  it("lets the same id with other content through, since evp has to see the conflict", async () => {
    const { send, sentIds } = setUpSender();
    await send(fileOf(event("e-1"), event("e-1", { source: "shop" })));
    expect(sentIds()).toEqual(["e-1", "e-1"]);
  });

  it("passes the queue's deduplication by when asked to", async () => {
    const { send, sentIds } = setUpSender();
    await send(fileOf(event("e-1")));
    await send(fileOf(event("e-1")), { freshDeduplication: true });
    expect(sentIds()).toEqual(["e-1", "e-1"]);
  });

  it("names the first broken line and sends nothing", async () => {
    const { ingress, send } = setUpSender();
    const lines = Array.from({ length: 40 }, (_, index) => event(`e-${index}`));
    lines[36] = '{"id": "e-36"';
    lines[38] = event("e-38", { clientId: "no such id" });
    await expect(send(fileOf(...lines))).rejects.toMatchObject({
      message: expect.stringMatching(
        /^events.ndjson, line 37: malformed-json: .*; 1 more broken event; nothing was sent$/,
      ),
      code: "file-broken",
      category: "usage",
    });
    expect(ingress.calls).toEqual([]);
  });

  it("does not look at the payload, which is for the processor to judge", async () => {
    const { send, sentIds } = setUpSender();
    await send(fileOf(event("e-1", { payload: { anything: true } }), event("e-2", { type: "unheard-of" })));
    expect(sentIds()).toEqual(["e-1", "e-2"]);
  });

  it("refuses an event over the size limit before anything is sent", async () => {
    const { send } = setUpSender();
    const large = event("e-1", { payload: { text: "x".repeat(262_144) } });
    await expect(send(fileOf(event("e-0"), large))).rejects.toThrow(
      /line 2: too-large: \d+ bytes with evp's attributes/,
    );
  });

  it("leaves broken lines out with skipInvalid", async () => {
    const { send, sentIds } = setUpSender();
    const report = await send(fileOf(event("e-1"), "{", event("e-3")), { skipInvalid: true });
    expect(sentIds()).toEqual(["e-1", "e-3"]);
    expect(report).toMatchObject({ sent: 2, skipped: 1 });
    expect(sendProblem(report)).toBeUndefined();
  });

  it("sends broken lines as they are with raw, in a group of what they tell", async () => {
    const { ingress, send } = setUpSender();
    const halfBroken = event("e-2", { id: "with space" });
    const report = await send(fileOf('{"a"', halfBroken), { raw: true });
    expect(ingress.contents.map(({ body, groupId }) => [body, groupId])).toEqual([
      ['{"a"', "~#~"],
      [halfBroken, "client-1#account-42"],
    ]);
    expect(report.events[0]).toMatchObject({ id: null, clientId: null, type: null });
  });

  it("sends only the wanted client's events of the wanted type", async () => {
    const { send, sentIds } = setUpSender();
    const lines = [event("e-1"), event("e-2", { clientId: "client-2" }), event("e-3", { type: "monitoring" })];
    await send(fileOf(...lines), { clientId: "client-1", type: "transaction" });
    expect(sentIds()).toEqual(["e-1"]);
  });

  it.each([
    ["empty", fileOf(), {}],
    ["without what is wanted", fileOf(event("e-1")), { clientId: "client-9" }],
  ])("refuses one that is %s", async (_, source, options) => {
    const { send } = setUpSender();
    await expect(send(source, options)).rejects.toMatchObject({ code: "nothing-to-send", category: "usage" });
  });

  it("plays it again with fresh ids until the count is reached", async () => {
    const { send, sentIds } = setUpSender();
    await send(fileOf(event("e-1"), event("e-2")), { count: 5 });
    expect(sentIds()).toEqual(["e-1", "e-2", "uuid-1", "uuid-2", "uuid-3"]);
  });

  it("fails when it holds nothing the second time", async () => {
    const { send } = setUpSender();
    const sending = send(changingFile([event("e-1")], []));
    await expect(sending).rejects.toMatchObject({ code: "file-changed", exitCode: 1 });
  });

  it("tells what was sent when it holds something else the second time", async () => {
    const { send } = setUpSender();
    const report = await send(changingFile([event("e-1"), event("e-2")], [event("e-1"), event("e-9")]));
    expect(report).toMatchObject({ sent: 2, stoppedBy: "events.ndjson changed while it was being read" });
    expect(sendProblem(report)).toMatchObject({ category: "partly-done" });
  });

  it("tells what was sent when it cannot be read to its end", async () => {
    const { send, sentIds } = setUpSender();
    let readings = 0;
    const open = async function* () {
      readings += 1;
      yield Buffer.from(`${event("e-1")}\n`);
      if (readings > 1) throw new Error("EIO: i/o error, read");
    };
    const report = await send({ kind: "file", name: "events.ndjson", open });
    expect(report).toMatchObject({ sent: 1, stoppedBy: "EIO: i/o error, read" });
    expect(sentIds()).toEqual(["e-1"]);
    expect(sendProblem(report)).toMatchObject({ category: "partly-done" });
  });

  it("is refused beforehand when it would be repeated and the mapping has no place for a fresh id", async () => {
    const { ingress, send } = setUpSender();
    const fields = { id: { const: "x" }, type: "/type", version: "/version", clientId: "/clientId" } as never;
    const sending = send(fileOf(event("e-1")), { count: 2, mapping: fields });
    await expect(sending).rejects.toMatchObject({ code: "mapping-fixed" });
    expect(ingress.calls).toEqual([]);
  });

  it("makes changes in every event, and judges the result", async () => {
    const { ingress, send } = setUpSender();
    await send(fileOf(event("e-1")), { assignments: [{ pointer: "/payload/amount", value: 7 }] });
    expect(JSON.parse(ingress.contents[0]?.body ?? "").payload.amount).toBe(7);
    const broken = { assignments: [{ pointer: "/clientId", value: "" }] };
    await expect(send(fileOf(event("e-1")), broken)).rejects.toThrow("line 1: envelope-invalid: /clientId");
  });

  it("reads fields by the envelope mapping", async () => {
    const { ports, send, sentIds } = setUpSender();
    const { createExaminer } = await import("../../../../src/core/examine.js");
    const examine = createExaminer({ mapping: "cloudevents", maxEventBytes: 262_144 });
    const checked = (body: string) => examine({ body, attributes: {}, receivedAt: 0 });
    ports.check = (body) => {
      const examined = checked(body);
      return examined.ok ? { ok: true, envelope: examined.event } : examined;
    };
    const cloudEvent = { specversion: "1.0", id: "c-1", type: "t", source: "/shop", clientid: "client-1" };
    const body = JSON.stringify({ ...cloudEvent, time: "2026-11-21T10:00:00Z", data: {} });
    const report = await send(fileOf(body), { mapping: "cloudevents", count: 2 });
    expect(sentIds()).toEqual(["c-1", "uuid-1"]);
    expect(report.events.map(({ groupId }) => groupId)).toEqual(["client-1#/shop", "client-1#/shop"]);
  });
});

describe("sending a stream", () => {
  it("stops at the first broken line and says how many were sent", async () => {
    const { send, sentIds } = setUpSender();
    const report = await send(streamOf(event("e-1"), event("e-2"), "{", event("e-4")));
    expect(sentIds()).toEqual(["e-1", "e-2"]);
    expect(report).toMatchObject({ sent: 2, stoppedAt: { line: 3 } });
    expect(sendProblem(report)).toMatchObject({
      message: expect.stringMatching(/^line 3: malformed-json: .*; 2 sent before it, nothing after it$/),
      category: "partly-done",
    });
  });

  it("sends what there is before the next line comes", async () => {
    const { ingress, send } = setUpSender();
    const { promise: more, resolve: goOn } = Promise.withResolvers<void>();
    async function* slow() {
      yield Buffer.from(`${event("e-1")}\n`);
      await more;
      yield Buffer.from(`${event("e-2")}\n`);
    }
    const sending = send({ kind: "stream", name: "stdin", chunks: slow() });
    while (ingress.contents.length === 0) await new Promise((resolve) => setImmediate(resolve));
    goOn();
    expect((await sending).sent).toBe(2);
  });

  it("ends at once when it is interrupted, though the stream still waits", async () => {
    const { send, ingress } = setUpSender();
    const controller = new AbortController();
    async function* endless() {
      yield Buffer.from(`${event("e-1")}\n`);
      await new Promise(() => undefined);
    }
    const sending = send({ kind: "stream", name: "stdin", chunks: endless() }, { signal: controller.signal });
    while (ingress.contents.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    const report = await sending;
    expect(report).toMatchObject({ sent: 1, interrupted: true });
    expect(sendProblem(report)).toMatchObject({ category: "interrupted" });
  });

  it("keeps no record of each event unless asked to", async () => {
    const { send } = setUpSender();
    expect(await send(streamOf(event("e-1")), { keepEvents: false })).toMatchObject({ sent: 1, events: [] });
  });
});

describe("sending a fixture", () => {
  it("plays it once, with fresh ids", async () => {
    const { send, sentIds } = setUpSender();
    await send(fixtureOf(template(), template()));
    await send(fixtureOf(template()));
    expect(new Set(sentIds()).size).toBe(3);
  });

  it("plays it until the count is reached, numbering the rounds", async () => {
    const { ingress, send } = setUpSender();
    await send(fixtureOf(template({ key: "a-{{n}}" }), template({ key: "b-{{n}}" })), { count: 5 });
    const groups = ingress.contents.map(({ groupId }) => groupId.replace("client-1#", ""));
    expect(groups.sort()).toEqual(["a-1", "a-2", "a-3", "b-1", "b-2"]);
  });

  it("keeps to a rate", async () => {
    const { clock, send } = setUpSender();
    const before = clock.now();
    await send(fixtureOf(template()), { count: 21, ratePerSecond: 10 });
    expect(clock.now() - before).toBe(2_000);
  });

  it("plays it for a time", async () => {
    const { send } = setUpSender();
    expect((await send(fixtureOf(template()), { durationMs: 1_000, ratePerSecond: 5 })).sent).toBe(5);
  });

  it("sends only the wanted events", async () => {
    const { send, ingress } = setUpSender();
    const events = [template(), template({ type: "monitoring" }), template({ clientId: "client-2" })];
    await send(fixtureOf(...events), { clientId: "client-1", type: "transaction" });
    expect(ingress.contents).toHaveLength(1);
  });

  it("sends all of it in the name of a client that it has nothing for", async () => {
    const { send } = setUpSender();
    const report = await send(fixtureOf(template(), template({ clientId: "client-2" })), { clientId: "acme" });
    expect(report.events.map(({ clientId }) => clientId)).toEqual(["acme", "acme"]);
  });

  it("says which types it has when the wanted one is missing", async () => {
    const { send } = setUpSender();
    const source = fixtureOf(template(), template({ type: "monitoring" }));
    await expect(send(source, { type: "nope" })).rejects.toMatchObject({
      message: "fixture test has no event of type nope",
      hint: "it has monitoring, transaction",
    });
  });

  it("sends what is broken on purpose", async () => {
    const { send, ingress } = setUpSender();
    await send(fixtureOf({ raw: "{{{uuid}}", expect: { outcome: "rejected", reason: "malformed-json" } }));
    expect(ingress.contents).toHaveLength(1);
  });

  it("is refused where the stack reads envelopes in another way", async () => {
    const { send } = setUpSender();
    const source = fixtureOf({ body: { hello: "world" }, expect: { outcome: "published" } });
    await expect(send(source)).rejects.toMatchObject({ code: "fixture-unfit", category: "usage" });
  });
});

describe("a queue that does not take the events", () => {
  it("fails the command when nothing was sent", async () => {
    const { ingress, send } = setUpSender();
    ingress.faultOf = () => ({ when: "before", kind: "not-found" });
    await expect(send(fileOf(event("e-1")))).rejects.toMatchObject({ name: "CallError", kind: "not-found" });
  });

  it("is told in the report when it went away in the middle", async () => {
    const { ingress, send } = setUpSender();
    ingress.faultOf = (_, call) => (call === 0 ? undefined : { when: "before", kind: "unreachable" });
    const report = await send(fileOf(event("e-1"), event("e-2"), event("e-3")));
    expect(report).toMatchObject({ sent: 1, stoppedBy: "the service is unreachable" });
    expect(report.events.map(({ messageId, error }) => messageId ?? error)).toEqual(["m-0001", "not sent", "not sent"]);
    expect(sendProblem(report)).toMatchObject({ category: "partly-done", retryable: true });
  });

  it("tells which events failed", async () => {
    const { ingress, send } = setUpSender();
    ingress.entryFaultOf = ({ body }) =>
      body.includes("e-1") ? { code: "InternalError", message: "no", isSenderFault: true } : undefined;
    const report = await send(fileOf(event("e-1"), event("e-2"), event("e-3", { key: "other" })));
    expect(report).toMatchObject({ sent: 1, failed: 2 });
    expect(report.events.map(({ error }) => error?.split(":")[0])).toEqual(["InternalError", "HeldBack", undefined]);
    expect(sendProblem(report)?.exitCode).toBe(6);
  });
});
