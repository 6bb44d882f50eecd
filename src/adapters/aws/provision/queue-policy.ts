import type { DesiredQueuePolicy } from "../../../core/stack-plan.js";
import { isSameSetting } from "../../../core/stack-plan-differences.js";
import type { Clock } from "../../../ports/clock.js";
import { ALL_DONE, inspectionOf, type ResourceHandler } from "../../resource-handler.js";
import { ifFound } from "../if-found.js";
import type { QueueUrls } from "../queue-urls.js";
import type { SqsService } from "../services.js";
import { onceFound } from "./once-found.js";
import { readQueueAttributes, setQueueAttributes } from "./queue-attributes.js";

/** The policy of a queue: an attribute of it, and gone with it. */
export function queuePolicyHandler(
  { sqs, urls, clock }: { sqs: SqsService; urls: QueueUrls; clock: Clock },
  { name, policy }: DesiredQueuePolicy,
): ResourceHandler {
  const write = async () => {
    await onceFound(clock, () => setQueueAttributes(sqs, urls, name, { Policy: policy }));
    return ALL_DONE;
  };
  return {
    async inspect() {
      const attributes = await ifFound(() => readQueueAttributes(sqs, urls, name));
      const found = attributes?.Policy ?? "";
      if (found === "") return { state: "absent" };
      const differences = isSameSetting(policy, found) ? [] : [{ attribute: "Policy", wanted: policy, found }];
      return inspectionOf({ changeable: differences, unchangeable: [] });
    },
    create: write,
    update: write,
    async remove() {
      return "absent";
    },
  };
}
