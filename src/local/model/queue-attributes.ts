import { ModelError } from "./model-error.js";
import type { Queue } from "./queue.js";
import {
  type AttributeValues,
  changedQueueSettings,
  QUEUE_ATTRIBUTE_NAMES,
  unknownAttribute,
} from "./queue-settings.js";
import { parseRedrivePolicy } from "./redrive-policy.js";

/** A settled queue's attributes; `All` stands for every one ("GetQueueAttributes"). @throws ModelError for a name that is not known */
export function queueAttributes(queue: Queue, wanted: readonly string[]): AttributeValues {
  for (const name of wanted) {
    if (name !== "All" && !QUEUE_ATTRIBUTE_NAMES.has(name)) throw unknownAttribute(name);
  }
  const { settings, createdAt, modifiedAt } = queue.config;
  const all: AttributeValues = {
    ...settings,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(queue.counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(queue.counts["in-flight"]),
    ApproximateNumberOfMessagesDelayed: String(queue.counts.delayed),
  };
  if (wanted.includes("All")) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
}

/** An existing queue is created again when no attribute that is given differs ("CreateQueue"). @throws ModelError QueueNameExists */
export function checkSameQueue(queue: Queue, attributes: AttributeValues): void {
  const { settings } = queue.config;
  const wanted = changedQueueSettings(settings, attributes);
  if (attributes.RedrivePolicy) wanted.RedrivePolicy = JSON.stringify(parseRedrivePolicy(attributes.RedrivePolicy));
  for (const name of Object.keys(attributes)) {
    if (wanted[name] === settings[name]) continue;
    throw new ModelError(
      "QueueNameExists",
      `A queue already exists with the same name and a different value for attribute ${name}`,
    );
  }
}
