import { describe, expect, it } from "vitest";
import { type FixOptions, fixDeadLetter, fixProblem } from "../../../../src/app/dlq/fix-dead-letter.js";
import type { Event } from "../../../../src/core/event.js";
import { acceptedFact } from "../../../../src/core/make-facts.js";
import { eventBody, eventFields } from "../../../factories/events.js";
import { setUpStack } from "./dead-letter-fixtures.js";

const broken = (id: string) => eventBody({ id, payload: { transactionId: "t-1", amount: "a lot", currency: "BRL" } });
const mend = async (body: string) => body.replace('"a lot"', "12345678901234567890.10");

async function stackWithLetter(id = "r-1") {
  const stack = setUpStack();
  await stack.reject({ messageId: id, body: broken("e-1"), reason: "schema-violation", groupId: "client-1#k" });
  const fix = (changes: Partial<FixOptions> = {}) =>
    fixDeadLetter(stack.ports, { id, edit: mend, retentionDays: 30, ...changes });
  return { ...stack, fix };
}

describe("mending a dead letter", () => {
  it("sends the copy in the original group, tells the journal what was changed, and clears the DLQ", async () => {
    const { fix, ingress, deadLetters, journal } = await stackWithLetter();
    const report = await fix();
    const body = broken("e-1").replace('"a lot"', "12345678901234567890.10");
    expect(ingress.contents).toMatchObject([
      { body, groupId: "client-1#k", attributes: { "evp-redrive-of": "r-1", "evp-redrives": "1" } },
    ]);
    expect(deadLetters.contents).toEqual([]);
    expect(journal.facts).toContainEqual(
      expect.objectContaining({
        fact: "redriven",
        messageId: "r-1",
        sentAs: ingress.contents[0]?.messageId,
        changes: '[{"pointer":"/payload/amount","before":"a lot","after":12345678901234567890.10}]',
      }),
    );
    expect(journal.facts).toContainEqual(expect.objectContaining({ fact: "rejected", body: broken("e-1") }));
    expect(report).toMatchObject({
      messageId: "r-1",
      verdict: "would-pass",
      redriven: true,
      sentAs: ingress.contents[0]?.messageId,
      changes: [{ pointer: "/payload/amount", before: '"a lot"', after: "12345678901234567890.10" }],
    });
    expect(fixProblem(report)).toBeUndefined();
  });

  it("is another message than a plain redrive of the letter, and the same one for the same copy", async () => {
    const ids: (string | undefined)[] = [];
    for (const edit of [mend, mend, async (body: string) => body.replace('"a lot"', "5")]) {
      const { fix, ingress } = await stackWithLetter();
      await fix({ edit });
      ids.push(/redrive-r-1[^"]*/.exec(JSON.stringify(ingress.calls[0]?.detail))?.[0]);
    }
    expect(ids[0]).toMatch(/^redrive-r-1-[0-9a-f]{32}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it("does not send what would be rejected again, unless forced", async () => {
    const { fix, ingress, deadLetters } = await stackWithLetter();
    const edit = async (body: string) => body.replace('"a lot"', "[]");
    const report = await fix({ edit });
    expect(report).toMatchObject({ verdict: "still-invalid", redriven: false });
    expect(fixProblem(report)).toMatchObject({
      message: "the copy was not sent: schema-violation: /payload/amount must be number",
      exitCode: 5,
    });
    expect(ingress.calls).toEqual([]);
    expect(await deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
    expect(await fix({ edit, force: true })).toMatchObject({ redriven: true });
  });

  it("knows what the copy's client may have, also where the copy names another one", async () => {
    const { fix } = await stackWithLetter();
    const edit = async (body: string) => (await mend(body)).replace('"client-1"', '"client-2"');
    expect(await fix({ edit })).toMatchObject({
      verdict: "still-invalid",
      detail: "type-forbidden: client client-2 may not have transaction; it may have: monitoring, user_action",
    });
  });

  it("knows that the copy's id belongs to another event", async () => {
    const { fix, journal, clock } = await stackWithLetter();
    const message = { messageId: "m-1", body: "", groupId: "g", sequence: "9", sentAt: clock.now(), attributes: {} };
    const times = { receivedAt: clock.now(), now: clock.now(), retentionDays: 30 };
    const other = eventFields({ id: "e-1" }) as unknown as Event;
    await journal.insertAccepted([acceptedFact(other, "other content", message, times)]);
    expect(await fix()).toMatchObject({
      verdict: "still-invalid",
      detail: "id-conflict: message m-1 carried the same id with other content",
    });
  });

  it("only tells in a dry run, even while a redrive goes on", async () => {
    const { fix, ingress, journal, clock } = await stackWithLetter();
    journal.locks.set("redrive", { name: "redrive", holder: "other", until: clock.now() + 60_000 });
    const report = await fix({ dryRun: true });
    expect(report).toMatchObject({ verdict: "would-pass", redriven: false, dryRun: true });
    expect(fixProblem(report)).toBeUndefined();
    expect(ingress.calls).toEqual([]);
  });

  it("shows what it would send before it asks, and leaves everything when told to", async () => {
    const { fix, ingress, deadLetters, journal } = await stackWithLetter();
    const told: string[] = [];
    const onPlanned = async ({ verdict }: { verdict: string }) => void told.push(verdict);
    const confirm = () => Promise.reject(new Error("no"));
    await expect(fix({ onPlanned, confirm })).rejects.toThrow("no");
    expect(told).toEqual(["would-pass"]);
    expect(ingress.calls).toEqual([]);
    expect(await deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
    expect(journal.locks.size).toBe(0);
  });

  it("ends when nothing was changed", async () => {
    const { fix, ingress } = await stackWithLetter();
    await expect(fix({ edit: async (body) => body })).rejects.toMatchObject({ code: "unchanged", exitCode: 1 });
    expect(ingress.calls).toEqual([]);
  });

  it("wants to know which letter where an event has several", async () => {
    const { fix, reject } = await stackWithLetter();
    await reject({ messageId: "r-2", body: broken("e-1") });
    await expect(fix({ id: "e-1" })).rejects.toMatchObject({
      code: "dead-letter-unclear",
      hint: "Name one by its message id: r-2, r-1",
      exitCode: 2,
    });
    expect(await fix({ id: "r-1" })).toMatchObject({ redriven: true });
  });

  it("mends what another program put on the DLQ", async () => {
    const { ports, journal, move, ingress } = setUpStack();
    const moved = await move('{"broken":', "any-group", { tenant: "t" });
    const options = { id: moved, edit: async () => eventBody({ id: "e-9" }), retentionDays: 30 };
    expect(await fixDeadLetter(ports, options)).toMatchObject({ redriven: true });
    expect(ingress.contents).toMatchObject([
      { body: eventBody({ id: "e-9" }), groupId: "any-group", attributes: { tenant: "t", "evp-redrive-of": moved } },
    ]);
    expect(journal.facts).toContainEqual(
      expect.objectContaining({ fact: "redriven", messageId: moved, changes: expect.stringContaining('"before":"{') }),
    );
  });

  it("refuses to go round in circles", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1", body: broken("e-1"), redrives: 3 });
    const options = { id: "r-1", edit: mend, retentionDays: 30 };
    const report = await fixDeadLetter(stack.ports, options);
    expect(report).toMatchObject({ verdict: "too-many-redrives", redriven: false });
    expect(fixProblem(report)).toMatchObject({ exitCode: 5, hint: "Send it all the same with --force." });
  });

  it("says when the letter is not on the DLQ any more", async () => {
    const { fix, empty } = await stackWithLetter();
    await empty();
    const report = await fix();
    expect(report).toMatchObject({ verdict: "not-on-dlq", redriven: false });
    expect(fixProblem(report)).toMatchObject({ exitCode: 5 });
  });

  it("says what failed, and is run again safely", async () => {
    const { fix, ingress, deadLetters } = await stackWithLetter();
    const { delete: deleteMessages } = deadLetters;
    const fault = { code: "InternalError", message: "try later", isSenderFault: false };
    deadLetters.delete = async () => [{ ok: false, fault }];
    const report = await fix();
    expect(report).toMatchObject({ redriven: false, error: "not deleted from the DLQ: try later" });
    expect(fixProblem(report)).toMatchObject({ exitCode: 6, retryable: true });
    deadLetters.delete = deleteMessages;
    await expect(fix()).rejects.toMatchObject({ code: "dead-letter-settled" });
    expect(ingress.contents).toHaveLength(1);
  });
});
