import { describe, expect } from "vitest";
import type { ClientRecord } from "../../src/core/client.js";
import type { ClientRegistry } from "../../src/ports/client-registry.js";
import { OWN_RULE, rulesOn } from "./rule.js";

function record(changes: Partial<ClientRecord> = {}): ClientRecord {
  return {
    clientId: "client-1",
    active: true,
    allowedTypes: ["monitoring", "transaction"],
    poisonPolicy: "skip",
    topicArn: "arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo",
    queueName: "evp-client-1.fifo",
    ...changes,
  };
}

/** What every client registry does. `open` gives an empty one. */
export function clientRegistryContract(open: () => Promise<ClientRegistry>): void {
  clientReadingContract(open);
  clientChangingContract(open);
}

/** What a processor asks of a client registry. */
export function clientReadingContract(open: () => Promise<ClientRegistry>): void {
  const rule = rulesOn(open);

  describe("reading", () => {
    rule("gives back what was put at once", "DynamoDB read consistency", async (clients) => {
      await clients.put(record());
      expect(await clients.get(["client-1"])).toEqual(new Map([["client-1", record()]]));
    });

    rule("leaves out clients that are not registered", "BatchGetItem", async (clients) => {
      await clients.put(record());
      expect([...(await clients.get(["client-1", "nobody"])).keys()]).toEqual(["client-1"]);
      expect(await clients.get(["nobody"])).toEqual(new Map());
      expect(await clients.get([])).toEqual(new Map());
    });

    rule("may be asked for a client twice in one go", OWN_RULE, async (clients) => {
      await clients.put(record());
      expect((await clients.get(["client-1", "client-1"])).size).toBe(1);
    });

    rule("is asked for a hundred at once", "BatchGetItem", async (clients) => {
      const ids = Array.from({ length: 100 }, (_, index) => `client-${index}`);
      for (const clientId of ids) await clients.put(record({ clientId }));
      expect([...(await clients.get(ids)).keys()].sort()).toEqual([...ids].sort());
    });
  });
}

/** What an operator asks of a client registry. */
function clientChangingContract(open: () => Promise<ClientRegistry>): void {
  const rule = rulesOn(open);

  describe("changing", () => {
    rule("replaces a record as a whole", "PutItem", async (clients) => {
      expect(await clients.put(record())).toBe(true);
      expect(await clients.put(record({ active: false, allowedTypes: [] }), record())).toBe(true);
      expect(await clients.list()).toEqual([record({ active: false, allowedTypes: [] })]);
      expect(await clients.put(record(), record({ active: false, allowedTypes: [] }))).toBe(true);
      expect(await clients.list()).toEqual([record()]);
    });

    rule("does not create what is there, nor replace what is not", "PutItem", async (clients) => {
      await clients.put(record());
      expect(await clients.put(record({ active: false }))).toBe(false);
      expect(await clients.put(record({ clientId: "client-2" }), record({ clientId: "client-2" }))).toBe(false);
      expect(await clients.list()).toEqual([record()]);
    });

    const CHANGES: [string, Partial<ClientRecord>][] = [
      ["switched off", { active: false }],
      ["given a type", { allowedTypes: ["monitoring", "transaction", "more"] }],
      ["denied a type", { allowedTypes: ["monitoring"] }],
      ["denied every type", { allowedTypes: [] }],
      ["denied a type and given another", { allowedTypes: ["transaction", "more"] }],
      ["told to block", { poisonPolicy: "block" }],
      ["led to another topic", { topicArn: "arn:aws:sns:us-east-1:000000000000:other.fifo" }],
      ["led to another queue", { queueName: "other.fifo" }],
    ];
    for (const [happened, change] of CHANGES) {
      rule(`does not replace a record that was ${happened} in the meantime`, "PutItem", async (clients) => {
        await clients.put(record(change));
        expect(await clients.put(record({ allowedTypes: ["new"] }), record())).toBe(false);
        expect(await clients.list()).toEqual([record(change)]);
      });
    }

    rule("lets one of many that change a record at the same time do it", "PutItem", async (clients) => {
      await clients.put(record());
      const rivals = ["one", "two", "three", "four"].map((type) => record({ allowedTypes: [type] }));
      const written = await Promise.all(rivals.map((rival) => clients.put(rival, record())));
      const winners = rivals.filter((_, index) => written[index]);
      expect(winners).toHaveLength(1);
      expect(await clients.list()).toEqual(winners);
    });

    rule("replaces a record of very many types", "PutItem", async (clients) => {
      const allowedTypes = Array.from({ length: 250 }, (_, index) => `type-${index}`);
      await clients.put(record({ allowedTypes }));
      const more = record({ allowedTypes: [...allowedTypes, "more"] });
      expect(await clients.put(more, record({ allowedTypes: [...allowedTypes.slice(1), "other"] }))).toBe(false);
      expect(await clients.put(more, record({ allowedTypes }))).toBe(true);
    });

    rule("removes a client, and one that is not there too", "DeleteItem", async (clients) => {
      await clients.put(record());
      await clients.remove("client-1");
      await clients.remove("client-1");
      expect(await clients.list()).toEqual([]);
    });
  });
}
