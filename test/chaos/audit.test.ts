import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { DeliveredMessage } from "../factories/consume-queue.js";
import { audit } from "./audit.js";
import type { SentMessage } from "./sent-message.js";
import type { StackContents, StoredFact } from "./stack-contents.js";

function sentMessage(messageId: string, changes: Partial<SentMessage> = {}): SentMessage {
  return {
    messageId,
    sequence: BigInt(messageId.slice(1)),
    groupId: "a#key",
    deduplicationId: messageId,
    body: `{"of":"${messageId}"}`,
    attributes: { own: "1" },
    eventId: `e-${messageId}`,
    clientId: "a",
    type: "transaction",
    content: messageId,
    isHighValue: false,
    ...changes,
  };
}

function delivery(message: SentMessage, sequence: number): DeliveredMessage {
  const attributes = { "evp-type": "transaction", "evp-version": "1.0", "evp-received-at": "2026-11-21T10:00:00.000Z" };
  const { body, groupId, eventId = "" } = message;
  return { body, groupId, sequence: BigInt(sequence), attributes: { ...attributes, "evp-event-id": eventId } };
}

function fact(message: SentMessage, name: string, members: Record<string, string> = {}): StoredFact {
  const { eventId = "", clientId = "", messageId } = message;
  return { eventId, clientId, fact: name, messageId: name === "published" ? "" : messageId, members };
}

const one = sentMessage("m1");
const two = sentMessage("m2");
const copy = sentMessage("m3", { eventId: "e-m1", content: "m1", body: one.body });
const bad = sentMessage("m4", { reason: "schema-violation" });
const sent = [one, two, copy, bad];

/** What a stack holds when all went well, two events and a rejection and a duplicate. */
function goodContents() {
  const { body, groupId, messageId } = bad;
  const rejection = { reason: "schema-violation", body, bodySha256: hash("sha256", body, "base64url") };
  const letter: DeliveredMessage = {
    body,
    groupId: messageId,
    sequence: 1n,
    attributes: {
      "evp-reason": "schema-violation",
      "evp-detail": "/payload",
      "evp-group": groupId,
      "evp-message-id": messageId,
      "evp-event-id": "e-m4",
      "evp-client": "a",
    },
  };
  return {
    queue: [delivery(one, 1), delivery(two, 2)],
    others: [] as DeliveredMessage[],
    letters: [letter],
    facts: [
      fact(one, "accepted", { owner: "m1", body: one.body, groupId: one.groupId }),
      fact(one, "published", { owner: "m1" }),
      fact(two, "accepted", { owner: "m2", body: two.body, groupId: two.groupId }),
      fact(two, "published", { owner: "m2" }),
      fact(copy, "duplicate", { owner: "m1" }),
      fact(bad, "rejected", rejection),
    ],
    leftOver: { ingress: 0, undelivered: 0 },
  };
}

type Contents = ReturnType<typeof goodContents>;

function auditOf({ queue, others, letters, facts, leftOver }: Contents) {
  const byClient = new Map([
    ["a", queue],
    ["b", others],
  ]);
  const contents: StackContents = { byClient, deadLetters: letters, facts, leftOver };
  return audit(sent, contents);
}

describe("the auditor", () => {
  it("has nothing to say where every message came to what it should", () => {
    expect(auditOf(goodContents())).toEqual({ outcomes: { published: 2, rejected: 1, duplicate: 1 }, findings: [] });
  });

  it.each<[string, (contents: Contents) => void, string]>([
    ["a lost event", ({ queue }) => queue.pop(), "a got 0 copies of e-m2"],
    ["a second copy", ({ queue }) => queue.push(delivery(two, 3)), "a got 2 copies of e-m2"],
    ["the wrong order", ({ queue }) => queue.reverse(), "a got e-m1 (message m1, group a#key) after e-m2"],
    ["the wrong client", ({ others }) => others.push(delivery(one, 1)), "b got e-m1, which was not published to it"],
    ["a changed body", ({ queue }) => Object.assign(queue[0]!, { body: "{}" }), "the body of e-m1"],
    [
      "another attribute",
      ({ queue }) => Object.assign(queue[0]!.attributes, { own: "1" }),
      "e-m1 (message m1, group a#key) came with",
    ],
    ["no outcome", ({ facts }) => facts.splice(3, 1), "1 messages of the group a#key have no outcome, first e-m2"],
    ["two outcomes", ({ facts }) => facts.push(fact(two, "duplicate")), "e-m2 (message m2, group a#key) has outcomes"],
    [
      "a wrong reason",
      ({ facts }) => Object.assign(facts[5]!.members, { reason: "too-large" }),
      "e-m4 (message m4, group a#key) is rejected (too-large)",
    ],
    [
      "a valid event that was rejected",
      ({ facts }) => Object.assign(facts[4]!, { fact: "rejected" }),
      "e-m1 (message m3, group a#key) is rejected",
    ],
    ["a missing dead letter", ({ letters }) => letters.pop(), "the DLQ has 0 letters of e-m4"],
    ["a second dead letter", ({ letters }) => letters.push(letters[0]!), "the DLQ has 2 letters of e-m4"],
    [
      "a dead letter of the queue's own",
      ({ letters }) => letters.push(delivery(two, 2)),
      "the queue itself moved 1 messages to the DLQ",
    ],
    [
      "a message that is left",
      ({ leftOver }) => Object.assign(leftOver, { ingress: 1 }),
      "1 messages are still on the ingress queue",
    ],
    [
      "a message that no queue took",
      ({ leftOver }) => Object.assign(leftOver, { undelivered: 1 }),
      "1 messages could not be handed",
    ],
  ])("finds %s", (_, tamper, finding) => {
    const contents = goodContents();
    tamper(contents);
    expect(auditOf(contents).findings).toContainEqual(expect.stringContaining(finding));
  });
});
