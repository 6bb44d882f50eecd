import type { SQSClient } from "@aws-sdk/client-sqs";
import { clientIds, clientQueue } from "../workload.js";
import { openQueue } from "./queue-access.js";

const RECEIVERS_PER_QUEUE = 2;

/** Takes what the clients get off their queues until `signal` aborts. @param tell told of each event's id as it arrives */
export async function drainClientQueues(
  sqs: SQSClient,
  clients: number,
  tell: (eventId: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const receivers = clientIds(clients).flatMap((clientId) =>
    Array.from({ length: RECEIVERS_PER_QUEUE }, () => drainQueue(sqs, clientQueue(clientId), tell, signal)),
  );
  await Promise.all(receivers);
}

async function drainQueue(sqs: SQSClient, name: string, tell: (eventId: string) => void, signal: AbortSignal) {
  const queue = await openQueue(sqs, name);
  while (!signal.aborted) {
    const messages = await queue.receive(1);
    for (const { Body = "{}" } of messages) {
      const { id }: { id: string } = JSON.parse(Body);
      tell(id);
    }
    if (messages.length > 0) await queue.delete(messages);
  }
}
