import { describe, expect } from "vitest";
import type { ProducerRecord } from "../../src/core/producer.js";
import type { ProducerRegistry } from "../../src/ports/producer-registry.js";
import { rulesOn } from "./rule.js";

const SECRET = { salt: "00ff", hash: "abcdef", createdAt: 1_700_000_000_000 };

function record(changes: Partial<ProducerRecord> = {}): ProducerRecord {
  return {
    producerId: "producer-1",
    active: true,
    allowedClients: ["client-1", "client-2"],
    allowedTypes: ["*"],
    ratePerSecond: 50,
    secrets: [SECRET],
    ...changes,
  };
}

/** What every producer registry does. `open` gives an empty one. */
export function producerRegistryContract(open: () => Promise<ProducerRegistry>): void {
  const rule = rulesOn(open);

  describe("reading", () => {
    rule("gives back what was put at once", "DynamoDB read consistency", async (producers) => {
      expect(await producers.put(record())).toBe(true);
      expect(await producers.get("producer-1")).toEqual(record());
    });

    rule("knows nobody who is not registered", "GetItem", async (producers) => {
      expect(await producers.get("nobody")).toBeUndefined();
      expect(await producers.list()).toEqual([]);
    });

    rule("keeps a record of which little is said", "PutItem", async (producers) => {
      const bare = { producerId: "p", active: false, allowedClients: [], allowedTypes: [], secrets: [] };
      await producers.put(bare);
      expect(await producers.get("p")).toEqual(bare);
    });

    rule("keeps several secrets in their order", "PutItem", async (producers) => {
      const secrets = [SECRET, { ...SECRET, hash: "0123", expiresAt: 1_700_000_100_000 }];
      await producers.put(record({ secrets }));
      expect((await producers.get("producer-1"))?.secrets).toEqual(secrets);
    });

    rule("lists everybody", "Scan", async (producers) => {
      const ids = Array.from({ length: 20 }, (_, index) => `producer-${index}`);
      for (const producerId of ids) await producers.put(record({ producerId }));
      const listed = (await producers.list()).map(({ producerId }) => producerId);
      expect(listed.sort()).toEqual([...ids].sort());
    });
  });

  describe("changing", () => {
    rule("replaces a record as a whole", "PutItem", async (producers) => {
      await producers.put(record());
      const changed = record({ active: false, allowedClients: [], ratePerSecond: undefined, secrets: [] });
      expect(await producers.put(changed, record())).toBe(true);
      expect(await producers.get("producer-1")).toEqual(changed);
      expect(await producers.put(record(), changed)).toBe(true);
      expect(await producers.list()).toEqual([record()]);
    });

    rule("does not create what is there, nor replace what is not", "PutItem", async (producers) => {
      await producers.put(record());
      expect(await producers.put(record({ active: false }))).toBe(false);
      const other = record({ producerId: "producer-2" });
      expect(await producers.put(other, other)).toBe(false);
      const bare = { producerId: "p", active: false, allowedClients: [], allowedTypes: [], secrets: [] };
      expect(await producers.put(bare, bare)).toBe(false);
      expect(await producers.list()).toEqual([record()]);
    });

    const CHANGES: [string, Partial<ProducerRecord>][] = [
      ["disabled", { active: false }],
      ["bound to another client", { allowedClients: ["client-1", "client-3"] }],
      ["bound to no client", { allowedClients: [] }],
      ["denied a type", { allowedTypes: ["monitoring"] }],
      ["given another rate", { ratePerSecond: 51 }],
      ["left to the gateway's rate", { ratePerSecond: undefined }],
      ["given another secret", { secrets: [{ ...SECRET, hash: "ff" }] }],
      ["given an end of its secret", { secrets: [{ ...SECRET, expiresAt: 1_700_000_100_000 }] }],
    ];
    for (const [happened, change] of CHANGES) {
      rule(`does not replace a record that was ${happened} in the meantime`, "PutItem", async (producers) => {
        await producers.put(record(change));
        expect(await producers.put(record({ allowedTypes: ["new"] }), record())).toBe(false);
        expect(await producers.list()).toEqual([record(change)]);
      });
    }

    rule("lets one of many that change a record at the same time do it", "PutItem", async (producers) => {
      await producers.put(record());
      const rivals = ["one", "two", "three", "four"].map((type) => record({ allowedTypes: [type] }));
      const written = await Promise.all(rivals.map((rival) => producers.put(rival, record())));
      const winners = rivals.filter((_, index) => written[index]);
      expect(winners).toHaveLength(1);
      expect(await producers.list()).toEqual(winners);
    });

    rule("removes a producer, and one that is not there too", "DeleteItem", async (producers) => {
      await producers.put(record());
      await producers.remove("producer-1");
      await producers.remove("producer-1");
      expect(await producers.list()).toEqual([]);
    });
  });
}
