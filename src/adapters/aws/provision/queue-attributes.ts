import type { QueueUrls } from "../queue-urls.js";
import type { SqsService } from "../services.js";

/** All attributes of a queue by name ("GetQueueAttributes"). */
export async function readQueueAttributes(
  sqs: SqsService,
  urls: QueueUrls,
  name: string,
): Promise<Record<string, string>> {
  const QueueUrl = await urls.of(name);
  const { Attributes = {} } = await sqs.call(`reading the settings of ${name}`, (sdk, client, options) =>
    client.send(new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }), options),
  );
  return Object.fromEntries(Object.entries(Attributes).map(([attribute, value]) => [attribute, value ?? ""]));
}

export async function setQueueAttributes(
  sqs: SqsService,
  urls: QueueUrls,
  name: string,
  attributes: Record<string, string>,
): Promise<void> {
  const QueueUrl = await urls.of(name);
  await sqs.call(`changing the settings of ${name}`, (sdk, client, options) =>
    client.send(new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }), options),
  );
}
