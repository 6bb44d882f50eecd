import { isDeepStrictEqual } from "node:util";
import type { ClientRecord } from "../../src/core/client.js";
import type { ClientRegistry } from "../../src/ports/client-registry.js";

/** The clients that `evp init` registers by default. */
const DEFAULTS: Record<string, string[]> = {
  "client-1": ["monitoring", "user_action", "transaction", "integration"],
  "client-2": ["monitoring", "user_action"],
  "client-3": ["transaction", "integration"],
};

/** A registry in memory with the default clients. */
export function createMemoryClients(): ClientRegistry {
  const records = new Map(Object.entries(DEFAULTS).map(([id, types]) => [id, clientRecord(id, types)]));
  return {
    async get(clientIds) {
      return new Map(
        clientIds.flatMap((id) => {
          const record = records.get(id);
          return record === undefined ? [] : [[id, record] as const];
        }),
      );
    },
    list: async () => [...records.values()],
    async put(client, expected) {
      if (!isDeepStrictEqual(records.get(client.clientId), expected)) return false;
      records.set(client.clientId, client);
      return true;
    },
    async remove(clientId) {
      records.delete(clientId);
    },
  };
}

export function clientRecord(clientId: string, allowedTypes: string[], active = true): ClientRecord {
  const topicArn = `arn:aws:sns:us-east-1:000000000000:evp-${clientId}.fifo`;
  return { clientId, active, allowedTypes, poisonPolicy: "skip", topicArn, queueName: `evp-${clientId}.fifo` };
}
