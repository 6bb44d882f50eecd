import { beforeEach, describe, expect, it } from "vitest";
import type { ClientRecord } from "../../src/core/client.js";
import type { ClientRegistry } from "../../src/ports/client-registry.js";

function record(changes: Partial<ClientRecord> = {}): ClientRecord {
  return {
    clientId: "client-1",
    active: true,
    allowedTypes: ["monitoring", "transaction"],
    topicArn: "arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo",
    queueName: "evp-client-1.fifo",
    ...changes,
  };
}

/** What every client registry does. `open` gives an empty one. */
export function clientRegistryContract(open: () => Promise<ClientRegistry>): void {
  let clients: ClientRegistry;
  beforeEach(async () => {
    clients = await open();
  });

  describe("reading (BatchGetItem, strongly consistent)", () => {
    it("gives back what was put at once", async () => {
      await clients.put(record());
      expect(await clients.get(["client-1"])).toEqual(new Map([["client-1", record()]]));
    });

    it("leaves out clients that are not registered", async () => {
      await clients.put(record());
      expect([...(await clients.get(["client-1", "nobody"])).keys()]).toEqual(["client-1"]);
      expect(await clients.get(["nobody"])).toEqual(new Map());
      expect(await clients.get([])).toEqual(new Map());
    });

    it("may be asked for a client twice in one go", async () => {
      await clients.put(record());
      expect((await clients.get(["client-1", "client-1"])).size).toBe(1);
    });

    it("is asked for a hundred at once", async () => {
      const ids = Array.from({ length: 100 }, (_, index) => `client-${index}`);
      for (const clientId of ids) await clients.put(record({ clientId }));
      expect([...(await clients.get(ids)).keys()].sort()).toEqual([...ids].sort());
      expect(await clients.list()).toHaveLength(100);
    });
  });

  describe("changing (PutItem, DeleteItem)", () => {
    it("replaces a record as a whole", async () => {
      expect(await clients.put(record())).toBe(true);
      expect(await clients.put(record({ active: false, allowedTypes: [] }), record())).toBe(true);
      expect(await clients.list()).toEqual([record({ active: false, allowedTypes: [] })]);
      expect(await clients.put(record(), record({ active: false, allowedTypes: [] }))).toBe(true);
      expect(await clients.list()).toEqual([record()]);
    });

    it("does not create what is there, nor replace what is not", async () => {
      await clients.put(record());
      expect(await clients.put(record({ active: false }))).toBe(false);
      expect(await clients.put(record({ clientId: "client-2" }), record({ clientId: "client-2" }))).toBe(false);
      expect(await clients.list()).toEqual([record()]);
    });

    it.each<[string, Partial<ClientRecord>]>([
      ["switched off", { active: false }],
      ["given a type", { allowedTypes: ["monitoring", "transaction", "more"] }],
      ["denied a type", { allowedTypes: ["monitoring"] }],
      ["denied every type", { allowedTypes: [] }],
      ["denied a type and given another", { allowedTypes: ["transaction", "more"] }],
      ["led to another topic", { topicArn: "arn:aws:sns:us-east-1:000000000000:other.fifo" }],
      ["led to another queue", { queueName: "other.fifo" }],
    ])("does not replace a record that was %s in the meantime (Condition expressions)", async (_, change) => {
      await clients.put(record(change));
      expect(await clients.put(record({ allowedTypes: ["new"] }), record())).toBe(false);
      expect(await clients.list()).toEqual([record(change)]);
    });

    it("replaces a record of very many types", async () => {
      const allowedTypes = Array.from({ length: 250 }, (_, index) => `type-${index}`);
      await clients.put(record({ allowedTypes }));
      const more = record({ allowedTypes: [...allowedTypes, "more"] });
      expect(await clients.put(more, record({ allowedTypes: [...allowedTypes.slice(1), "other"] }))).toBe(false);
      expect(await clients.put(more, record({ allowedTypes }))).toBe(true);
    });

    it("removes a client, and one that is not there too", async () => {
      await clients.put(record());
      await clients.remove("client-1");
      await clients.remove("client-1");
      expect(await clients.list()).toEqual([]);
    });
  });
}
