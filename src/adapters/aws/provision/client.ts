import type { DesiredClient } from "../../../core/stack-plan.js";
import { attributeDifferences } from "../../../core/stack-plan-differences.js";
import { CallError } from "../../../ports/call.js";
import type { ClientRegistry } from "../../../ports/client-registry.js";
import { ALL_DONE, inspectionOf, type ResourceHandler } from "../../resource-handler.js";
import { ifFound } from "../if-found.js";

/** Each time, somebody else has changed the record between the look at it and the write. */
const MAX_CHANGES = 5;

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
      // Nothing is written where another `evp init` or `evp client add` was faster: the record is the operator's from then on.
      await clients.put(record);
      return ALL_DONE;
    },
    async update() {
      for (let attempt = 1; attempt <= MAX_CHANGES; attempt++) {
        const found = await read();
        const isDone =
          found === undefined ? await clients.put(record) : await clients.put({ ...found, topicArn, queueName }, found);
        if (isDone) return ALL_DONE;
      }
      throw changedMeanwhile(name);
    },
    async remove() {
      if ((await read()) === undefined) return "absent";
      await clients.remove(name);
      return "removed";
    },
  };
}

function changedMeanwhile(clientId: string): CallError {
  const message = "others keep changing it";
  const fault = { code: "ConditionalCheckFailedException", message, isSenderFault: false };
  return new CallError(`changing client ${clientId}: ${message}`, fault, "failed");
}
