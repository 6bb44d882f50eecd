import { describe, expect, it } from "vitest";
import { sendProblem } from "../../../../src/app/send/send-events.js";
import type { Event } from "../../../../src/core/event.js";
import { acceptedFact, rejectedFact } from "../../../../src/core/make-facts.js";
import { CallError } from "../../../../src/ports/call.js";
import { eventBody, eventFields } from "../../../factories/events.js";
import { fileOf, fixtureOf, setUpSender } from "./sender-fixtures.js";

const wait = { timeoutMs: 10_000 };

/** Writes what a processor would have written by the second time that the journal is asked. */
function processLater(setUp: ReturnType<typeof setUpSender>, sentAt = setUp.clock.now()) {
  const { journal, ingress, clock } = setUp;
  const read = journal.readEvent;
  let asked = 0;
  journal.readEvent = async (eventId) => {
    asked += 1;
    if (asked === 2) for (const message of ingress.contents) await judge(message);
    return read(eventId);
  };
  async function judge({ messageId, body, groupId }: (typeof ingress.contents)[number]) {
    const message = { messageId, body, groupId, sequence: "1", sentAt, attributes: {} };
    const times = { receivedAt: clock.now(), now: clock.now(), retentionDays: 30 };
    const checked = setUp.ports.check(body);
    if (!checked.ok) {
      await journal.write([rejectedFact(checked.rejection, checked.envelope, message, times)]);
      return;
    }
    const event = checked.envelope as Event;
    const accepted = acceptedFact(event, body, message, times);
    const [inserted] = await journal.insertAccepted([accepted]);
    const base = { eventId: event.id, clientId: event.clientId, at: clock.now(), expiresAt: accepted.expiresAt };
    if (inserted?.ok && !inserted.inserted) {
      await journal.write([{ ...base, fact: "duplicate", messageId, owner: "another" }]);
      return;
    }
    const place = { topicArn: "arn", snsMessageId: "s", sequence: "1" };
    await journal.write([{ ...base, fact: "published", owner: messageId, ...place }]);
  }
}

describe("waiting for outcomes", () => {
  it("tells how each event ended, and whether that was expected", async () => {
    const setUp = setUpSender();
    processLater(setUp);
    const body = eventFields({ id: "{{uuid:one}}" });
    const report = await setUp.send(
      fixtureOf(
        { body, deduplicationId: "first", expect: { outcome: "published" } },
        { body, deduplicationId: "first", expect: { outcome: "deduplicated" } },
        { body, deduplicationId: "second", expect: { outcome: "duplicate" } },
        { raw: "{", expect: { outcome: "rejected", reason: "malformed-json" } },
        { raw: "{ ", expect: { outcome: "rejected", reason: "too-large" } },
      ),
      { wait },
    );
    const ends = report.events.map(({ outcome, reason }) => [outcome, reason]);
    expect(ends).toEqual([
      ["published", undefined],
      ["deduplicated", undefined],
      ["duplicate", undefined],
      ["rejected", "malformed-json"],
      ["rejected", "malformed-json"],
    ]);
    expect(report.unexpected).toBe(1);
    expect(sendProblem(report)).toMatchObject({
      message: "1 of 5 events did not end as expected",
      category: "findings",
    });
  });

  it("expects nothing in particular of a file's events but that they are not rejected", async () => {
    const setUp = setUpSender();
    processLater(setUp);
    const lines = [eventBody({ id: "e-1" }), eventBody({ id: "e-1" }), "{"];
    const report = await setUp.send(fileOf(...lines), { wait, raw: true });
    expect(report.events.map(({ outcome }) => outcome)).toEqual(["published", "deduplicated", "rejected"]);
    expect(report.unexpected).toBe(1);
  });

  it("knows an event that the queue dropped, since it was sent long before", async () => {
    const setUp = setUpSender();
    processLater(setUp, setUp.clock.now() - 60_000);
    const report = await setUp.send(fileOf(eventBody()), { wait });
    expect(report.events[0]?.outcome).toBe("deduplicated");
    expect(sendProblem(report)).toBeUndefined();
  });

  it("asks again after a call that failed", async () => {
    const setUp = setUpSender();
    processLater(setUp);
    const { readEvent } = setUp.journal;
    const fault = { code: "ThrottlingException", message: "slow down", isSenderFault: false };
    let asked = 0;
    setUp.journal.readEvent = (id) =>
      ++asked === 1 ? Promise.reject(new CallError("slow down", fault, "throttled")) : readEvent(id);
    const report = await setUp.send(fileOf(eventBody()), { wait });
    expect(report.events.map(({ outcome }) => outcome)).toEqual(["published"]);
  });

  it("gives up after the timeout", async () => {
    const setUp = setUpSender();
    const before = setUp.clock.now();
    const report = await setUp.send(fileOf(eventBody({ id: "e-1" }), eventBody({ id: "e-2" })), { wait });
    expect(report.events.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown"]);
    expect(report.unexpected).toBe(2);
    expect(setUp.clock.now() - before).toBe(10_000);
  });

  it("finds every outcome among many events while some stay open", async () => {
    const setUp = setUpSender();
    processLater(setUp);
    const open = { readEvent: setUp.journal.readEvent };
    setUp.journal.readEvent = async (id) => (Number(id.slice(2)) < 30 ? [] : open.readEvent(id));
    const lines = Array.from({ length: 100 }, (_, index) => eventBody({ id: `e-${index}`, key: `k-${index}` }));
    const report = await setUp.send(fileOf(...lines), { wait });
    expect(report.events.filter(({ outcome }) => outcome === "published")).toHaveLength(70);
    expect(report.unexpected).toBe(30);
  });

  it("ends at once when it is interrupted", async () => {
    const setUp = setUpSender();
    const controller = new AbortController();
    setUp.journal.readEvent = async () => {
      controller.abort();
      return [];
    };
    const report = await setUp.send(fileOf(eventBody()), { wait, signal: controller.signal });
    expect(report).toMatchObject({ sent: 1, interrupted: true });
  });
});
