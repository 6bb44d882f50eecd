import type { DesiredClient } from "../../../core/stack-plan.js";
import { attributeDifferences } from "../../../core/stack-plan-differences.js";
import type { ClientRegistry } from "../../../ports/client-registry.js";
import { ifFound } from "../if-found.js";
import { ALL_DONE, inspectionOf, type ResourceHandler } from "./handler.js";

/**
 * A client's record. Only where its events go is compared: whether it is active and what it may have is the operator's
 * to change, and is never changed back.
 */
export function clientHandler(clients: ClientRegistry, { name, record }: DesiredClient): ResourceHandler {
  const { topicArn, queueName } = record;
  const read = async () => (await ifFound(() => clients.get([name])))?.get(name);
  return {
    async inspect() {
      const found = await read();
      if (found === undefined) return { state: "absent" };
      const differences = attributeDifferences(
        { topicArn, queueName },
        { topicArn: found.topicArn, queueName: found.queueName },
      );
      return inspectionOf({ changeable: differences, unchangeable: [] });
    },
    async create() {
      await clients.put(record);
      return ALL_DONE;
    },
    async update() {
      await clients.put({ ...((await read()) ?? record), topicArn, queueName });
      return ALL_DONE;
    },
    async remove() {
      if ((await read()) === undefined) return "absent";
      await clients.remove(name);
      return "removed";
    },
  };
}
