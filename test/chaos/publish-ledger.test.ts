import { describe, expect, it } from "vitest";
import { readAwsRequest } from "./aws-request.js";
import { createPublishLedger } from "./publish-ledger.js";

const CALL_LIVES_MS = 100;

/** A ledger on a clock that moves by one with each call, and calls as a processor makes them. */
function createWatched() {
  let now = 0;
  const ledger = createPublishLedger({ now: () => ++now, callLivesMs: CALL_LIVES_MS });
  const call = (door: string, target: string, document: object) =>
    ledger.watch(door, readAwsRequest({ "x-amz-target": `DynamoDB_20120810.${target}` }, JSON.stringify(document)));
  const published = { eventId: { S: "e-1" }, fact: { S: "a#published" } };
  return {
    verdict: () => ledger.verdict(),
    publish(
      door: string,
      { isAnswered = true, hangsUpAfterMs = Number.POSITIVE_INFINITY, sequence = "1", groups = ["g"] } = {},
    ) {
      const watch = ledger.watch(door, readAwsRequest({}, publishForm(groups)));
      watch.tookEffect(publishAnswer(groups.length, sequence));
      if (isAnswered) watch.answered();
      if (!Number.isFinite(hangsUpAfterMs)) return;
      now += hangsUpAfterMs;
      watch.hungUp();
    },
    record: (door: string, unprocessed: object = {}) =>
      call(door, "BatchWriteItem", {
        RequestItems: { "evp-events": [{ PutRequest: { Item: published } }] },
      }).tookEffect(JSON.stringify({ UnprocessedItems: unprocessed })),
    recordAgainLater: { "evp-events": [{ PutRequest: { Item: published } }] },
    askJournal: (door: string) =>
      call(door, "Query", { TableName: "evp-events", ExpressionAttributeValues: { ":eventId": { S: "e-1" } } }),
  };
}

function publishForm(groups: string[]): string {
  const form = new URLSearchParams({ Action: "PublishBatch", TopicArn: "arn:aws:sns:us-east-1:0:evp-a.fifo" });
  for (const [place, groupId] of groups.entries()) {
    const entry = `PublishBatchRequestEntries.member.${place + 1}`;
    form.set(`${entry}.Id`, String(place));
    form.set(`${entry}.MessageGroupId`, groupId);
    form.set(`${entry}.MessageAttributes.entry.1.Name`, "evp-event-id");
    form.set(`${entry}.MessageAttributes.entry.1.Value.StringValue`, `e-${place + 1}`);
  }
  return form.toString();
}

function publishAnswer(entries: number, sequence: string): string {
  const members = Array.from(
    { length: entries },
    (_, place) => `<member><Id>${place}</Id><SequenceNumber>${sequence}</SequenceNumber></member>`,
  );
  return `<PublishBatchResult><Successful>${members.join("")}</Successful><Failed></Failed></PublishBatchResult>`;
}

const KNEW = "published again although it knew: e-1 on evp-a.fifo by";

describe("the ledger of publications", () => {
  it("has nothing to say of an event that is published once and recorded", () => {
    const { publish, record, verdict } = createWatched();
    publish("one");
    record("one");
    expect(verdict()).toEqual({ effective: 1, repeats: { unanswered: 0, unrecorded: 0 }, findings: [] });
  });

  it("allows a second publication when the first one was not answered, or its processor had hung up", () => {
    for (const first of [{ isAnswered: false }, { hangsUpAfterMs: CALL_LIVES_MS / 2 }]) {
      const { publish, record, verdict } = createWatched();
      publish("one", first);
      publish("one");
      record("one");
      expect(verdict()).toEqual({ effective: 2, repeats: { unanswered: 1, unrecorded: 0 }, findings: [] });
    }
  });

  it("finds a second publication of a processor that had its answer, also when it closed the connection much later", () => {
    for (const first of [{}, { hangsUpAfterMs: CALL_LIVES_MS }]) {
      const { publish, record, verdict } = createWatched();
      publish("one", first);
      publish("one");
      record("one");
      expect(verdict().findings).toEqual([`${KNEW} one`]);
    }
  });

  it("allows another processor's publication while the first one's is not on record", () => {
    const { publish, record, recordAgainLater, askJournal, verdict } = createWatched();
    publish("one");
    record("one", recordAgainLater);
    askJournal("two");
    // It lands after the other has asked.
    record("one");
    publish("two");
    expect(verdict()).toEqual({ effective: 2, repeats: { unanswered: 0, unrecorded: 1 }, findings: [] });
  });

  it("finds another processor's publication once the first one's is on record", () => {
    const { publish, record, askJournal, verdict } = createWatched();
    publish("one");
    record("one");
    askJournal("two");
    publish("two");
    expect(verdict().findings).toEqual([`${KNEW} two`]);
  });

  it("finds what the topic did not suppress, and two of a group in one call", () => {
    const { publish, record, verdict } = createWatched();
    publish("one", { isAnswered: false, groups: ["g", "g"] });
    publish("one", { sequence: "2" });
    record("one");
    expect(verdict().findings).toEqual([
      "two entries of one group in a call to evp-a.fifo",
      "the topic took it twice: e-1 on evp-a.fifo",
    ]);
  });

  it("says so when it cannot judge, since nothing was seen to be recorded", () => {
    const { publish, verdict } = createWatched();
    publish("one");
    expect(verdict().findings).toHaveLength(1);
  });
});
