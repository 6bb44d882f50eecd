import { describe, expect, it } from "vitest";
import { type CostBasis, estimateCost } from "../../../src/core/cost-estimate.js";
import { journalItems } from "../../bench/journal-items.js";
import { itemBytes } from "../../bench/measure/item-size.js";
import { eventAt } from "../../bench/workload.js";

const BOTH = { replayIndex: true, rejectionIndex: true };
const NONE = { replayIndex: false, rejectionIndex: false };

/** A thousand published events, in calls that were full. */
function basis(changes: Partial<CostBasis> = {}): CostBasis {
  return {
    apiCalls: {
      ReceiveMessage: 100,
      BatchExecuteStatement: 40,
      PublishBatch: 100,
      BatchWriteItem: 40,
      DeleteMessageBatch: 100,
    },
    published: 1000,
    rejected: 0,
    duplicates: 0,
    bodyBytes: 504,
    journal: BOTH,
    ...changes,
  };
}

function cents(changes: Partial<CostBasis> = {}): (number | undefined)[] {
  const cost = estimateCost(basis(changes));
  return [cost?.dynamodb, cost?.sqs, cost?.sns, cost?.total].map((dollars) => Number(dollars?.toFixed(2)));
}

describe("dollars for a million events: DynamoDB, SQS, SNS, all", () => {
  it.each([
    ["0.5 KB, with the indexes", {}, [1.88, 0.1, 0.32, 2.29]],
    ["0.5 KB, without the indexes", { journal: NONE }, [1.25, 0.1, 0.32, 1.67]],
    ["20 KB, with the indexes", { bodyBytes: 20_009 }, [14.38, 0.25, 0.65, 15.27]],
    ["20 KB, without the indexes", { bodyBytes: 20_009, journal: NONE }, [13.13, 0.25, 0.65, 14.02]],
  ] as [string, Partial<CostBasis>, number[]][])("are those of the bench for events of %s", (_, changes, expected) => {
    expect(cents(changes)).toEqual(expected);
  });

  it("grow with calls that are not full, and with receives that bring nothing", () => {
    expect(cents({ apiCalls: { ReceiveMessage: 1000, DeleteMessageBatch: 1000 } })).toEqual([1.88, 1, 0.32, 3.19]);
  });

  it("are without the topic for what is rejected, and with the fact, its index and the DLQ", () => {
    const apiCalls = { ReceiveMessage: 100, SendMessageBatch: 100, DeleteMessageBatch: 100 };
    expect(cents({ apiCalls, published: 0, rejected: 1000 })).toEqual([1.25, 0.15, 0, 1.4]);
    expect(cents({ apiCalls, published: 0, rejected: 1000, journal: NONE })).toEqual([0.63, 0.15, 0, 0.78]);
  });

  it("of duplicates are those of an insert, a query and a fact", () => {
    const apiCalls = { Query: 1000 };
    expect(cents({ apiCalls, published: 0, duplicates: 1000 })).toEqual([1.38, 0, 0, 1.38]);
  });

  it("are unknown before the first event", () => {
    expect(estimateCost(basis({ published: 0 }))).toBeUndefined();
  });
});

it("an item is as large as the estimate takes it to be", () => {
  const event = eventAt({ clients: 1, groups: 100, bodyBytes: 500 }, 0, 42);
  const bytesBesideBody = (replayIndex: boolean) => {
    const { accepted } = journalItems(event, { retentionDays: 30, replayIndex, rejectionIndex: true });
    return itemBytes(accepted) - Buffer.byteLength(event.body);
  };
  expect([bytesBesideBody(false), bytesBesideBody(true)]).toEqual([444, 504]);
});
