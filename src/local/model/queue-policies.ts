import { invalidParameterValue } from "./model-error.js";
import type { Queue } from "./queue.js";
import { isPolicy } from "./queue-policy.js";
import { type AttributeValues, invalidSetting } from "./queue-settings.js";
import { allowsSource, parseRedrivePolicy } from "./redrive-policy.js";

/** A queue that is, or will be, and the settings it is about to get. */
interface PolicyChange {
  arn: string;
  isFifo: boolean;
  settings: AttributeValues;
  changes: AttributeValues;
}

/**
 * Checks the policies that are changed. A dead-letter queue must exist, be of the same type and let this queue in
 * ("Using dead-letter queues in Amazon SQS"); the redrive policy is then kept in one way of writing. @throws ModelError
 */
export function checkQueuePolicies(change: PolicyChange, find: (arn: string) => Queue | undefined): void {
  const { Policy, RedriveAllowPolicy, RedrivePolicy } = change.changes;
  if (Policy && !isPolicy(Policy)) throw invalidSetting("Policy", "It is not a valid policy.");
  if (RedriveAllowPolicy) allowsSource(RedriveAllowPolicy, change.arn);
  if (!RedrivePolicy) return;
  const policy = parseRedrivePolicy(RedrivePolicy);
  const target = find(policy.deadLetterTargetArn);
  const refuse = (reason: string) => invalidParameterValue("RedrivePolicy", RedrivePolicy, reason);
  if (target === undefined) throw refuse("Dead letter target does not exist.");
  if (target.arn === change.arn) throw refuse("A queue cannot be its own dead-letter queue.");
  if (target.isFifo !== change.isFifo) throw refuse("Dead-letter queue must be same type of queue as the source.");
  if (!allowsSource(target.config.settings.RedriveAllowPolicy, change.arn)) {
    throw refuse("Queue does not have permission to use the dead-letter queue.");
  }
  change.settings.RedrivePolicy = JSON.stringify(policy);
}
