import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** A message as its consumer got it. */
export interface DeliveredMessage {
  body: string;
  groupId: string;
  sequence: bigint;
  attributes: Record<string, string>;
}

/** Takes everything from a queue, as its consumer would. @returns it in the queue's order @throws when something cannot be deleted */
export async function consumeQueue(sqs: SQSClient, QueueUrl: string | undefined): Promise<DeliveredMessage[]> {
  const taken: DeliveredMessage[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) break;
    taken.push(...Messages.map(delivered));
    const Entries = Messages.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle }));
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`what ${QueueUrl} handed out cannot be deleted: ${Failed[0]?.Message}`);
  }
  return taken.sort((one, other) => (one.sequence < other.sequence ? -1 : 1));
}

function delivered({ Body = "", Attributes = {}, MessageAttributes = {} }: Message): DeliveredMessage {
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue = "" }]) => [name, StringValue]);
  return {
    body: Body,
    groupId: Attributes.MessageGroupId ?? "",
    sequence: BigInt(Attributes.SequenceNumber ?? 0),
    attributes: Object.fromEntries(attributes),
  };
}
