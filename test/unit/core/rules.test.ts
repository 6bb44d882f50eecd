import { describe, expect, it } from "vitest";
import { blockedDelaySeconds, releaseDelaySeconds, retryDelayMs } from "../../../src/core/backoff.js";
import { deadLetterAttributes } from "../../../src/core/dead-letter.js";
import { leaseFrom, outlives } from "../../../src/core/lease.js";
import { addressOf, rejectedFact } from "../../../src/core/make-facts.js";
import { decidePermission } from "../../../src/core/permission.js";
import { isRefusal } from "../../../src/core/refusal.js";
import { expiryOf, publishedExpiry } from "../../../src/core/retention.js";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const highest = () => 0.999_999;

describe("permission", () => {
  const client = {
    clientId: "client-2",
    active: true,
    allowedTypes: ["monitoring", "user_action"],
    poisonPolicy: "skip" as const,
    topicArn: "arn",
    queueName: "q",
  };

  it.each([
    ["allowed", client, "monitoring", { allowed: true, client }],
    [
      "unknown",
      undefined,
      "monitoring",
      { allowed: false, rejection: { reason: "client-unknown", detail: "client client-2 is not registered" } },
    ],
    [
      "disabled",
      { ...client, active: false },
      "monitoring",
      { allowed: false, rejection: { reason: "client-inactive", detail: "client client-2 is disabled" } },
    ],
    [
      "forbidden",
      client,
      "transaction",
      {
        allowed: false,
        rejection: {
          reason: "type-forbidden",
          detail: "client client-2 may not have transaction; it may have: monitoring, user_action",
        },
      },
    ],
    [
      "nothing allowed",
      { ...client, allowedTypes: [] },
      "x",
      {
        allowed: false,
        rejection: { reason: "type-forbidden", detail: "client client-2 may not have x; it may have: none" },
      },
    ],
  ])("%s", (_, record, type, decision) => {
    expect(decidePermission("client-2", type, record)).toEqual(decision);
  });
});

describe("waiting", () => {
  it("tries a call again after a pause that doubles up to 5 s, with full jitter", () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelayMs(attempt, highest))).toEqual([
      199, 399, 799, 1599, 3199, 4999, 4999,
    ]);
    expect(retryDelayMs(5, () => 0)).toBe(0);
  });

  it("gives a group back for a delay that grows to 15 minutes, and to 30 when it has failed for a day", () => {
    const counts = [1, 2, 5, 9, 100, 101, 1000];
    expect(counts.map((count) => releaseDelaySeconds(count, highest))).toEqual([4, 8, 64, 900, 900, 1800, 1800]);
    expect(counts.map((count) => releaseDelaySeconds(count, () => 0))).toEqual([2, 4, 32, 450, 450, 900, 900]);
  });
});

describe("a blocked group", () => {
  it("stays away for a minute at most, and for about half an hour when it has been tried a hundred times", () => {
    const counts = [1, 2, 4, 5, 100, 101, 1000];
    expect(counts.map((count) => blockedDelaySeconds(count, highest))).toEqual([4, 8, 32, 60, 60, 1800, 1800]);
    expect(counts.map((count) => blockedDelaySeconds(count, () => 0))).toEqual([2, 4, 16, 30, 30, 1350, 1350]);
  });

  it("is kept by the queue for 14 days before the 1,000th receive moves its head to the DLQ, whatever chance says", () => {
    const waits = Array.from({ length: 999 }, (_, index) => blockedDelaySeconds(index + 1, () => 0));
    expect(waits.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(14 * 24 * 60 * 60);
  });
});

describe("a lease", () => {
  const lease = leaseFrom({ wall: NOW, monotonic: 100 }, 60);

  it("outlives a call only by both clocks", () => {
    expect(outlives(lease, { wall: NOW + 49_999, monotonic: 50_099 }, 10_000)).toBe(true);
    expect(outlives(lease, { wall: NOW + 50_000, monotonic: 100 }, 10_000)).toBe(false);
    expect(outlives(lease, { wall: NOW - 3_600_000, monotonic: 50_100 }, 10_000)).toBe(false);
  });
});

describe("a refusal", () => {
  it.each([
    ["an entry that is at fault itself", "InvalidParameter", true, true],
    ["a call that failed as a whole for the same reason, which may be its topic", "InvalidParameter", false, false],
    ["a call that is too long", "BatchRequestTooLong", false, true],
    ["a sender that may not publish", "AuthorizationError", true, false],
    ["a topic that is gone", "NotFound", true, false],
    ["a key that cannot be used", "KMSAccessDenied", true, false],
    ["an entry that the answer does not mention", "NoAnswer", false, false],
  ])("is judged by a closed list of codes: %s", (_, code, isSenderFault, expected) => {
    expect(isRefusal({ code, isSenderFault })).toBe(expected);
  });
});

describe("facts", () => {
  const message = { messageId: "m-1", body: "{}", groupId: "g", sequence: "7", sentAt: NOW - 5, attributes: {} };
  const times = { now: NOW, retentionDays: 30 };
  const rejection = { reason: "type-forbidden", detail: "no" } as const;

  it("lie under the event, or under the message when it names none properly", () => {
    expect(addressOf({ id: "e", clientId: "c" }, "m")).toEqual({ eventId: "e", clientId: "c" });
    expect(addressOf({ id: "e" }, "m")).toEqual({ eventId: "m", clientId: "~" });
    expect(addressOf({ clientId: "c" }, "m")).toEqual({ eventId: "m", clientId: "~" });
  });

  it("keep what was published 7 days longer", () => {
    expect(expiryOf(NOW, 30) - NOW / 1000).toBe(30 * 86_400);
    expect(publishedExpiry({ expiresAt: expiryOf(NOW, 30) }) - NOW / 1000).toBe(37 * 86_400);
  });

  it("hold a body of 300 KB whole, and of a larger one the first 64 KiB, its size and its hash", () => {
    const bodyOf = (bytes: number) => rejectedFact(rejection, {}, { ...message, body: "é".repeat(bytes / 2) }, times);
    expect(bodyOf(300 * 1024).body).toHaveLength(150 * 1024);
    const large = bodyOf(300 * 1024 + 2);
    expect(large.body).toBe("é".repeat(32 * 1024));
    expect(large.bodyBytes).toBe(300 * 1024 + 2);
    expect(large.bodySha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("count the redrives that the message tells of, and believe no nonsense", () => {
    const redrivesOf = (value: string) =>
      rejectedFact(rejection, {}, { ...message, attributes: { "evp-redrives": value } }, times).redrives;
    expect(["2", "0", "-1", "x", "1e999"].map(redrivesOf)).toEqual([2, 0, 0, 0, 0]);
  });

  it("become the dead letter's attributes, the empty ones left out", () => {
    expect(deadLetterAttributes(rejectedFact(rejection, { id: "e" }, message, times))).toEqual({
      "evp-reason": "type-forbidden",
      "evp-detail": "no",
      "evp-event-id": "e",
      "evp-group": "g",
      "evp-rejected-at": "2026-11-21T10:00:00.000Z",
      "evp-message-id": "m-1",
    });
  });

  it("tell on the dead letter where the message came from, rather than its trace where SQS takes no more", () => {
    const origin = { "evp-origin-topic": "orders", "evp-origin-partition": "0", "evp-origin-offset": "118" };
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const namesOf = (envelope: { id?: string; clientId?: string }) => {
      const attributes = { ...origin, traceparent, "evp-unknown": "x" };
      const fact = rejectedFact(rejection, envelope, { ...message, attributes }, times);
      return Object.keys(deadLetterAttributes(fact, attributes));
    };
    expect(namesOf({ id: "e" })).toEqual(expect.arrayContaining(["traceparent", ...Object.keys(origin)]));
    const full = namesOf({ id: "e", clientId: "c" });
    expect(full).toHaveLength(10);
    expect(full).toEqual(expect.arrayContaining(Object.keys(origin)));
    expect(full).not.toContain("traceparent");
  });
});
