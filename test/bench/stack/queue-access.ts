import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

/** A queue as the bench itself uses it: batches of ten, and an error for anything that fails. */
export interface QueueAccess {
  send(messages: OutgoingMessage[]): Promise<void>;
  receive(waitSeconds: number): Promise<Message[]>;
  delete(messages: Message[]): Promise<void>;
  /** Messages that are there, in flight or not. */
  depth(): Promise<number>;
}

export interface OutgoingMessage {
  id: string;
  groupId: string;
  body: string;
}

/** Of one call of SQS. */
export const BATCH_SIZE = 10;

export function createClient(endpoint: string): SQSClient {
  return new SQSClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    useQueueUrlAsEndpoint: false,
    md5: false,
  });
}

/** @param attributes which of a message's attributes are received */
export async function openQueue(
  sqs: SQSClient,
  name: string,
  attributes: Pick<ReceiveMessageCommandInput, "MessageSystemAttributeNames"> = {},
): Promise<QueueAccess> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  return {
    async send(messages) {
      const Entries = messages.map(({ id, groupId, body }, index) => ({
        Id: String(index),
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: id,
      }));
      assertDone(await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    },
    async receive(WaitTimeSeconds) {
      const input = { QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: BATCH_SIZE };
      return (await sqs.send(new ReceiveMessageCommand({ ...input, ...attributes }))).Messages ?? [];
    },
    async delete(messages) {
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      assertDone(await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })));
    },
    async depth() {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }),
      );
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    },
  };
}

function assertDone({ Failed = [] }: { Failed?: object[] | undefined }): void {
  if (Failed.length > 0) throw new Error(`entries of a batch failed: ${JSON.stringify(Failed)}`);
}
