import type {
  BatchExecuteStatementCommandInput,
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { PublishBatchCommandInput } from "@aws-sdk/client-sns";
import type {
  ChangeMessageVisibilityBatchCommandInput,
  DeleteMessageBatchCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueUrlCommandInput,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
} from "@aws-sdk/client-sqs";

/** What each command asks for that a processor uses. */
interface Inputs {
  GetQueueUrl: GetQueueUrlCommandInput;
  GetQueueAttributes: GetQueueAttributesCommandInput;
  ReceiveMessage: ReceiveMessageCommandInput;
  DeleteMessageBatch: DeleteMessageBatchCommandInput;
  ChangeMessageVisibilityBatch: ChangeMessageVisibilityBatchCommandInput;
  SendMessageBatch: SendMessageBatchCommandInput;
  PublishBatch: PublishBatchCommandInput;
  BatchExecuteStatement: BatchExecuteStatementCommandInput;
  BatchWriteItem: BatchWriteItemCommandInput;
  BatchGetItem: BatchGetItemCommandInput;
  PutItem: PutItemCommandInput;
  UpdateItem: UpdateItemCommandInput;
  Query: QueryCommandInput;
}
type Name = keyof Inputs;

/** A command of the SDK, as much as the simulation needs of it: its name and its input. */
export type Command = { [Each in Name]: { name: Each; input: Inputs[Each] } }[Name];

function commandClass<Each extends Name>(name: Each) {
  return class {
    readonly name = name;
    readonly input: Inputs[Each];

    constructor(input: Inputs[Each]) {
      this.input = input;
    }
  };
}

export const SQS_COMMANDS = {
  GetQueueUrlCommand: commandClass("GetQueueUrl"),
  GetQueueAttributesCommand: commandClass("GetQueueAttributes"),
  ReceiveMessageCommand: commandClass("ReceiveMessage"),
  DeleteMessageBatchCommand: commandClass("DeleteMessageBatch"),
  ChangeMessageVisibilityBatchCommand: commandClass("ChangeMessageVisibilityBatch"),
  SendMessageBatchCommand: commandClass("SendMessageBatch"),
};
export const SNS_COMMANDS = { PublishBatchCommand: commandClass("PublishBatch") };
export const DYNAMODB_COMMANDS = {
  BatchExecuteStatementCommand: commandClass("BatchExecuteStatement"),
  BatchWriteItemCommand: commandClass("BatchWriteItem"),
  BatchGetItemCommand: commandClass("BatchGetItem"),
  PutItemCommand: commandClass("PutItem"),
  UpdateItemCommand: commandClass("UpdateItem"),
  QueryCommand: commandClass("Query"),
};
