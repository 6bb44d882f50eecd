import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SqsEvent, SqsRecord } from "../../src/function/sqs-event.js";
import type { FunctionContainer } from "./function-container.js";

/** What a mapping has seen. */
export interface MappingTally {
  batches: number;
  /** Batches of which some messages, but not all, were to come again. */
  partly: number;
  /** Batches that ended without an answer. */
  unanswered: number;
  /** Answers that let a message pass behind one of its group that comes again. */
  findings: string[];
}

interface MappingOptions {
  sqs: SQSClient;
  queueUrl: string;
  /** Another one takes the place of one that is gone. */
  startContainer: () => Promise<FunctionContainer>;
  timeoutMs: number;
  tally: MappingTally;
  stop: AbortSignal;
}

/**
 * Does with one container what Lambda does with each: takes up to ten messages for the queue's own visibility timeout, invokes the function,
 * and deletes what its answer does not list; without an answer it deletes nothing ("Handling errors for an SQS event source in Lambda").
 */
export async function mapQueue(options: MappingOptions): Promise<void> {
  const { sqs, queueUrl, tally, stop } = options;
  let container = await options.startContainer();
  while (!stop.aborted) {
    const Messages = await take(sqs, queueUrl);
    if (Messages.length === 0) continue;
    if (container.isGone()) container = await options.startContainer();
    const answer = await container.invoke(toEvent(Messages), options.timeoutMs);
    tally.batches++;
    if (answer === undefined) {
      tally.unanswered++;
      continue;
    }
    const again = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    if (again.size > 0 && again.size < Messages.length) tally.partly++;
    checkGroups(Messages, again, tally);
    const done = Messages.filter(({ MessageId = "" }) => !again.has(MessageId));
    await remove(sqs, queueUrl, done);
  }
  container.kill();
}

async function take(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages;
}

async function remove(sqs: SQSClient, QueueUrl: string, messages: Message[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}

/** As Lambda writes it ("Using Lambda with Amazon SQS"). */
function toEvent(messages: Message[]): SqsEvent {
  return { Records: messages.map(toRecord) };
}

function toRecord({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes }: Message): SqsRecord {
  const attributes = Object.entries(MessageAttributes ?? {}).map(([name, { DataType, StringValue }]) => [
    name,
    { dataType: DataType ?? "String", stringValue: StringValue ?? "" },
  ]);
  return {
    messageId: MessageId ?? "",
    receiptHandle: ReceiptHandle ?? "",
    body: Body ?? "",
    attributes: { ...Attributes },
    messageAttributes: Object.fromEntries(attributes),
  };
}

function checkGroups(messages: Message[], again: ReadonlySet<string>, { findings }: MappingTally): void {
  const failing = new Set<string>();
  for (const { MessageId = "", Attributes: { MessageGroupId = "" } = {} } of messages) {
    if (again.has(MessageId)) failing.add(MessageGroupId);
    else if (failing.has(MessageGroupId)) findings.push(`${MessageId} passes behind another of ${MessageGroupId}`);
  }
}
