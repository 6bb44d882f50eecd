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
      await clients.put(record());
      await clients.put(record({ active: false, allowedTypes: [] }));
      expect(await clients.list()).toEqual([record({ active: false, allowedTypes: [] })]);
    });

    it("removes a client, and one that is not there too", async () => {
      await clients.put(record());
      await clients.remove("client-1");
      await clients.remove("client-1");
      expect(await clients.list()).toEqual([]);
    });
  });
}
