import { describe, expect, it } from "vitest";
import { redriveProblem } from "../../../../src/app/dlq/redrive-dead-letters.js";
import type { Event } from "../../../../src/core/event.js";
import type { AcceptedFact } from "../../../../src/core/facts.js";
import { acceptedFact } from "../../../../src/core/make-facts.js";
import { publishedExpiry } from "../../../../src/core/retention.js";
import { clientRecord } from "../../../doubles/memory-clients.js";
import { eventBody, eventFields } from "../../../factories/events.js";
import { sentIds, setUpStack } from "./dead-letter-fixtures.js";

type Stack = ReturnType<typeof setUpStack>;
const invalid = (id: string) => eventBody({ id, payload: {} });
const verdicts = (report: { plan: { messageId: string; verdict: string; action: string }[] }) =>
  report.plan.map(({ messageId, verdict, action }) => `${messageId} ${verdict} ${action}`);

async function accept(
  { journal, clock }: Stack,
  changes: { id: string; groupId: string; sequence: number; content?: string },
) {
  const { id, groupId, sequence, content = "hash" } = changes;
  const identity = { messageId: `m-${id}`, body: "", groupId, sequence: String(sequence).padStart(20, "0") };
  const message = { ...identity, sentAt: clock.now(), attributes: {} };
  const times = { receivedAt: clock.now(), now: clock.now(), retentionDays: 30 };
  await journal.insertAccepted([acceptedFact(eventFields({ id }) as unknown as Event, content, message, times)]);
}

describe("redriving", () => {
  it("sends the body byte for byte in its original group, records it, and clears the DLQ", async () => {
    const stack = setUpStack();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const body = eventBody({ id: "e-1" }).replace(":", " : ");
    await stack.reject({ messageId: "r-1", body, groupId: "client-1#k", redrives: 1, traceparent });
    const report = await stack.redrive();
    expect(stack.ingress.contents).toMatchObject([
      { body, groupId: "client-1#k", attributes: { "evp-redrive-of": "r-1", "evp-redrives": "2", traceparent } },
    ]);
    expect(Object.keys(stack.ingress.contents[0]?.attributes ?? {}).sort()).toEqual([
      "evp-event-id",
      "evp-redrive-of",
      "evp-redrives",
      "traceparent",
    ]);
    expect(stack.ingress.calls[0]?.detail).toMatchObject([{ deduplicationId: "redrive-r-1" }]);
    expect(stack.deadLetters.contents).toEqual([]);
    expect(stack.journal.facts).toContainEqual({
      fact: "redriven",
      eventId: "e-1",
      clientId: "client-1",
      messageId: "r-1",
      sentAs: stack.ingress.contents[0]?.messageId,
      at: expect.any(Number),
      expiresAt: expect.any(Number),
    });
    expect(report).toEqual({
      matched: 1,
      redriven: 1,
      deleted: 0,
      skipped: 0,
      stillInvalid: 0,
      plan: [
        {
          messageId: "r-1",
          eventId: "e-1",
          clientId: "client-1",
          groupId: "client-1#k",
          verdict: "would-pass",
          action: "send",
        },
      ],
      failed: [],
      hidden: 0,
      interrupted: false,
      dryRun: false,
    });
    expect(redriveProblem(report)).toBeUndefined();
  });

  it("keeps the original order in each group, whatever the order on the DLQ", async () => {
    const stack = setUpStack();
    for (const sequence of [7, 3, 9, 1, 8, 2, 6, 4, 5, 30, 12, 25]) {
      const groupId = sequence % 2 === 0 ? "even" : "odd";
      await stack.reject({ messageId: `r-${sequence}`, groupId, sequence });
    }
    expect(await stack.redrive()).toMatchObject({ matched: 12, redriven: 12 });
    const order = (groupId: string) =>
      stack.ingress.contents.filter((message) => message.groupId === groupId).map(({ body }) => JSON.parse(body).id);
    expect(order("even")).toEqual(["e-r-2", "e-r-4", "e-r-6", "e-r-8", "e-r-12", "e-r-30"]);
    expect(order("odd")).toEqual(["e-r-1", "e-r-3", "e-r-5", "e-r-7", "e-r-9", "e-r-25"]);
  });

  it("leaves what would be rejected again, and says why", async () => {
    const stack = setUpStack();
    const forbidden = eventBody({ id: "e-2", clientId: "client-2" });
    await stack.reject({ messageId: "r-1", body: invalid("e-1"), sequence: 1 });
    await stack.reject({ messageId: "r-2", body: forbidden, sequence: 2 });
    await stack.reject({ messageId: "r-3", sequence: 3 });
    const report = await stack.redrive();
    expect(report).toMatchObject({ matched: 3, redriven: 1, skipped: 2, stillInvalid: 2 });
    expect(verdicts(report)).toEqual(["r-1 still-invalid skip", "r-2 still-invalid skip", "r-3 would-pass send"]);
    expect(report.plan[0]?.detail).toMatch(/^schema-violation: \/payload/);
    expect(report.plan[1]?.detail).toBe(
      "type-forbidden: client client-2 may not have transaction; it may have: monitoring, user_action",
    );
    expect(stack.deadLetters.contents.map(({ groupId }) => groupId)).toEqual(["r-1", "r-2"]);
    expect(await stack.deadLetters.depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it("sends it once its client may have it", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", body: eventBody({ id: "e-1", clientId: "client-2" }) });
    const before = (await stack.clients.get(["client-2"])).get("client-2");
    await stack.clients.put(clientRecord("client-2", ["transaction"]), before);
    expect(await stack.redrive()).toMatchObject({ redriven: 1 });
  });

  it("sends what is still invalid when forced", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", body: invalid("e-1") });
    await stack.reject({ messageId: "r-2", body: "{", reason: "malformed-json" });
    expect(await stack.redrive({ force: true })).toMatchObject({ redriven: 2, stillInvalid: 0 });
    expect(stack.deadLetters.contents).toEqual([]);
  });

  it("leaves what was redriven three times, unless forced", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", redrives: 3 });
    const report = await stack.redrive();
    expect(report).toMatchObject({ redriven: 0, skipped: 1, stillInvalid: 0 });
    expect(verdicts(report)).toEqual(["r-1 too-many-redrives skip"]);
    expect(await stack.redrive({ force: true })).toMatchObject({ redriven: 1 });
    expect(stack.ingress.contents[0]?.attributes["evp-redrives"]).toBe("4");
  });

  it("warns of those that arrive behind newer events of their group", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", groupId: "g", sequence: 1 });
    await stack.reject({ messageId: "r-5", groupId: "g", sequence: 5 });
    await stack.reject({ messageId: "r-2", groupId: "other", sequence: 2 });
    await accept(stack, { id: "e-3", groupId: "g", sequence: 3 });
    expect(verdicts(await stack.redrive({ dryRun: true }))).toEqual([
      "r-1 behind-newer send",
      "r-2 would-pass send",
      "r-5 would-pass send",
    ]);
  });

  it("knows that another event has taken the id meanwhile", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", body: eventBody({ id: "e-1" }), reason: "id-conflict" });
    await accept(stack, { id: "e-1", groupId: "g", sequence: 9, content: "other" });
    const report = await stack.redrive();
    expect(verdicts(report)).toEqual(["r-1 still-invalid skip"]);
    expect(report.plan[0]?.detail).toBe("id-conflict: message m-e-1 carried the same id with other content");
  });

  it("plans without touching anything in a dry run, even while another redrive runs", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1" });
    const facts = [...stack.journal.facts];
    stack.journal.locks.set("redrive", { name: "redrive", holder: "other", until: stack.clock.now() + 60_000 });
    const report = await stack.redrive({ dryRun: true });
    expect(report).toMatchObject({ matched: 1, redriven: 0, dryRun: true });
    expect(verdicts(report)).toEqual(["r-1 would-pass send"]);
    expect(stack.ingress.calls).toEqual([]);
    expect(stack.deadLetters.contents).toHaveLength(1);
    expect(stack.journal.facts).toEqual(facts);
  });

  it("takes only the letters that match, so many at most, and releases the others", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 6; index++) await stack.reject({ messageId: `r-${index}`, sequence: index });
    await stack.reject({ messageId: "r-7", reason: "id-conflict", sequence: 7 });
    await stack.redrive({ filter: { reason: "type-forbidden" }, limit: 2 });
    expect(sentIds(stack)).toEqual(["e-r-1", "e-r-2"]);
    await stack.redrive({ filter: { ids: ["e-r-5"] } });
    expect(sentIds(stack)).toEqual(["e-r-1", "e-r-2", "e-r-5"]);
    expect(await stack.deadLetters.depth()).toEqual({ visible: 4, inFlight: 0, delayed: 0 });
  });

  it("keeps to a rate", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 11; index++) await stack.reject({ messageId: `r-${index}`, sequence: index });
    const before = stack.clock.now();
    await stack.redrive({ ratePerSecond: 2 });
    expect(stack.clock.now() - before).toBeGreaterThanOrEqual(5_000);
    expect(sentIds(stack)).toHaveLength(11);
  });

  it("redrives what the queue itself moved, in its group, with the producer's attributes", async () => {
    const stack = setUpStack();
    const moved = await stack.move(eventBody({ id: "e-1" }), "client-1#k", { tenant: "t", traceparent: "x" });
    await stack.move(eventBody({ id: "e-2" }), "client-1#k");
    expect(await stack.redrive()).toMatchObject({ matched: 2, redriven: 2 });
    expect(sentIds(stack)).toEqual(["e-1", "e-2"]);
    expect(stack.ingress.contents[0]).toMatchObject({
      groupId: "client-1#k",
      attributes: { tenant: "t", traceparent: "x", "evp-redrive-of": moved, "evp-redrives": "1" },
    });
    expect(stack.deadLetters.contents).toEqual([]);
  });

  it("goes on with what comes forward when the first of a group are gone", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", body: invalid("e-0") });
    for (let index = 1; index <= 34; index++) await stack.move(eventBody({ id: `e-${index}` }), "client-1#k");
    expect(await stack.redrive()).toMatchObject({ matched: 35, redriven: 34, skipped: 1, hidden: 0, failed: [] });
    expect(sentIds(stack)).toEqual(Array.from({ length: 34 }, (_, index) => `e-${index + 1}`));
  });

  it("keeps to its limit however much comes forward", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 34; index++) await stack.move(eventBody({ id: `e-${index}` }), "client-1#k");
    expect(await stack.redrive({ limit: 15 })).toMatchObject({ redriven: 15 });
    expect(stack.deadLetters.contents).toHaveLength(19);
  });

  it("says in a dry run how many it cannot see yet", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 14; index++) await stack.move(eventBody({ id: `e-${index}` }), "client-1#k");
    expect(await stack.redrive({ dryRun: true })).toMatchObject({ matched: 10, hidden: 4 });
  });

  it("asks with its plan before anything is sent, and leaves everything when told to", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", sequence: 1 });
    await stack.reject({ messageId: "r-2", body: invalid("e-2"), sequence: 2 });
    const confirm = async (plan: { verdict: string }[]) => {
      throw new Error(plan.map(({ verdict }) => verdict).join());
    };
    await expect(stack.redrive({ confirm })).rejects.toThrow("would-pass,still-invalid");
    expect(stack.ingress.calls).toEqual([]);
    expect(stack.deadLetters.contents).toHaveLength(2);
    expect(stack.journal.locks.size).toBe(0);
  });

  it("asks nothing when there is nothing to do", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-2", body: invalid("e-2") });
    const confirm = () => Promise.reject(new Error("asked"));
    expect(await stack.redrive({ confirm })).toMatchObject({ matched: 1, redriven: 0, skipped: 1 });
  });

  it("knows that the same event was published meanwhile", async () => {
    const stack = setUpStack();
    const body = eventBody({ id: "e-1" });
    await stack.reject({ messageId: "r-1", body, groupId: "g" });
    const examined = stack.examine({ body, attributes: {}, receivedAt: 0 });
    const content = examined.ok ? examined.contentHash : "";
    await accept(stack, { id: "e-1", groupId: "other", sequence: 9, content });
    const [accepted] = stack.journal.facts.filter((fact) => fact.fact === "accepted");
    const published = { topicArn: "t", snsMessageId: "s", sequence: "1", owner: "m-e-1", at: stack.clock.now() };
    const expiresAt = publishedExpiry(accepted as AcceptedFact);
    await stack.journal.write([{ fact: "published", eventId: "e-1", clientId: "client-1", ...published, expiresAt }]);
    const report = await stack.redrive({ dryRun: true });
    expect(verdicts(report)).toEqual(["r-1 already-published send"]);
  });

  it("knows that the topic may have it already, and for how long", async () => {
    const stack = setUpStack();
    const body = eventBody({ id: "e-1" });
    const examined = stack.examine({ body, attributes: {}, receivedAt: 0 });
    const content = examined.ok ? examined.contentHash : "";
    await accept(stack, { id: "e-1", groupId: "g", sequence: 1, content });
    const rejected = await stack.reject({ messageId: "m-e-1", body, groupId: "g" });
    await stack.journal.write([{ ...rejected, isDoubtful: true }]);
    const report = await stack.redrive({ dryRun: true });
    expect(verdicts(report)).toEqual(["m-e-1 in-dedup-window send"]);
    expect(report.plan[0]?.detail).toContain("would wait until 2026-11-21T10:06:00.000Z");
  });

  it("sends the whole body where the journal has only its beginning", async () => {
    const stack = setUpStack();
    const body = eventBody({ id: "e-1", payload: { text: "x".repeat(310_000) } });
    await stack.reject({ messageId: "r-1", body, reason: "too-large" });
    const report = await stack.redrive({ force: true });
    expect(report.plan[0]).toMatchObject({ verdict: "still-invalid", detail: expect.stringMatching(/^too-large: /) });
    expect(stack.ingress.contents[0]?.body).toBe(body);
  });

  it("leaves out attributes for which there is no room beside evp's own, and says which", async () => {
    const stack = setUpStack();
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`a${index + 1}`, "x"]));
    await stack.move(eventBody({ id: "e-1" }), "client-1#k", { ...many, traceparent: "t" });
    const { plan, redriven } = await stack.redrive();
    expect(redriven).toBe(1);
    const names = Object.keys(stack.ingress.contents[0]?.attributes ?? {}).sort();
    const kept = ["a1", "a2", "a3", "a4", "a5", "a6", "evp-event-id", "evp-redrive-of", "evp-redrives", "traceparent"];
    expect(names).toEqual(kept);
    expect(plan[0]?.detail).toContain("sent without its attributes a7, a8, a9, since a message has 10 at most");
  });

  it("finds what the queue itself moved even where letters that are gone make up for it", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1" });
    await stack.empty();
    await stack.move(eventBody({ id: "e-moved" }), "client-1#k");
    expect(await stack.redrive()).toMatchObject({ matched: 2, redriven: 1 });
    expect(sentIds(stack)).toEqual(["e-moved"]);
  });

  it("holds the letters of one group until it is their turn", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 40; index++) await stack.reject({ messageId: `r-${index}`, sequence: index });
    const { send } = stack.ingress;
    stack.ingress.send = (messages) => {
      stack.clock.advance(1_000);
      return send(messages);
    };
    expect(await stack.redrive()).toMatchObject({ redriven: 40, failed: [] });
    expect(stack.deadLetters.contents).toEqual([]);
  });

  it("tells apart what an earlier run had sent, and is now only deleted", async () => {
    const stack = setUpStack();
    const { eventId, clientId, messageId, at, expiresAt } = await stack.reject({ messageId: "r-1" });
    await stack.journal.write([{ fact: "redriven", eventId, clientId, messageId, sentAs: "m", at, expiresAt }]);
    const report = await stack.redrive();
    expect(report).toMatchObject({ matched: 1, redriven: 0, deleted: 1 });
    expect(redriveProblem(report)).toBeUndefined();
    expect(stack.deadLetters.contents).toEqual([]);
  });

  it("is a finding when nothing that matched is on the DLQ", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1" });
    await stack.reject({ messageId: "r-2" });
    await stack.empty();
    expect(redriveProblem(await stack.redrive())).toMatchObject({
      message: "none of the 2 dead letters that matched is on the DLQ",
      exitCode: 5,
    });
  });

  it("skips a letter whose message is gone from the DLQ", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", sequence: 1 });
    await stack.empty();
    await stack.reject({ messageId: "r-2", sequence: 2 });
    const report = await stack.redrive();
    expect(report).toMatchObject({ matched: 2, redriven: 1, skipped: 1 });
    expect(verdicts(report)).toEqual(["r-1 not-on-dlq skip", "r-2 would-pass send"]);
  });

  it("waits with a group of which somebody else holds an earlier letter", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", groupId: "g", sequence: 1 });
    const [held] = await stack.deadLetters.receive({ maxMessages: 1, waitSeconds: 0, visibilitySeconds: 3_600 });
    await stack.reject({ messageId: "r-2", groupId: "g", sequence: 2 });
    await stack.reject({ messageId: "r-3", groupId: "other", sequence: 3 });
    const report = await stack.redrive();
    expect(verdicts(report)).toEqual(["r-1 not-on-dlq skip", "r-2 not-on-dlq skip", "r-3 would-pass send"]);
    expect(sentIds(stack)).toEqual(["e-r-3"]);
    await stack.deadLetters.changeVisibility([{ receiptHandle: held?.receiptHandle ?? "", seconds: 0 }]);
    await stack.redrive();
    expect(sentIds(stack)).toEqual(["e-r-3", "e-r-1", "e-r-2"]);
  });

  it("works through more letters than it holds at once", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 450; index++) {
      await stack.reject({ messageId: `r-${index}`, groupId: `g-${index % 40}`, sequence: index });
    }
    expect(await stack.redrive()).toMatchObject({ matched: 450, redriven: 450, failed: [] });
    const group = stack.ingress.contents
      .filter(({ groupId }) => groupId === "g-7")
      .map(({ body }) => JSON.parse(body).id);
    expect(group).toEqual(
      [7, 47, 87, 127, 167, 207, 247, 287, 327, 367, 407, 447].map((sequence) => `e-r-${sequence}`),
    );
    expect(stack.deadLetters.contents).toEqual([]);
  });
});
