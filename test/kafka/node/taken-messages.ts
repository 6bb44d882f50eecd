import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { consumeQueue, type DeliveredMessage } from "../../factories/consume-queue.js";
import type { EvpHome } from "../../factories/evp-home.js";

interface DeadLetter {
  reason: string | undefined;
  body: string;
  /** Topic, partition and offset. */
  origin: (string | undefined)[];
}

/** Takes what is on the DLQ of a home's stack, by what it was in Kafka. */
export async function deadLetters(home: EvpHome): Promise<DeadLetter[]> {
  const letters = (await takeMessages(home, "evp-dlq.fifo")).map(({ body, attributes }) => ({
    body,
    reason: attributes["evp-reason"],
    origin: ["topic", "partition", "offset"].map((name) => attributes[`evp-origin-${name}`]),
  }));
  return letters.sort((one, other) => Number(one.origin[2]) - Number(other.origin[2]));
}

/** Takes what is on a queue of a home's stack, as its consumer would. */
export async function takeMessages(home: EvpHome, QueueName: string): Promise<DeliveredMessage[]> {
  const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials, useQueueUrlAsEndpoint: false });
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return await consumeQueue(sqs, QueueUrl);
  } finally {
    sqs.destroy();
  }
}
