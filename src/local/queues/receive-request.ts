import type { MessagingModel } from "../model/messaging-model.js";
import { invalidParameterValue } from "../model/model-error.js";
import { isWithin, type ReceiveOptions } from "../model/receiving.js";
import { checkSystemAttributeNames } from "./attribute-selection.js";
import { queueName } from "./sqs-actions.js";
import type { AttributeRequest } from "./sqs-answers.js";
import type { SqsInput } from "./sqs-input.js";

interface ReceiveRequest {
  queue: string;
  options: ReceiveOptions;
  waitSeconds: number;
  attributes: AttributeRequest;
}

const MAX_WAIT_SECONDS = 20;

/** A ReceiveMessage call; the queue's own wait counts when the call names none ("Amazon SQS short and long polling"). @throws ModelError */
export function receiveRequestOf(input: SqsInput, model: MessagingModel): ReceiveRequest {
  const queue = queueName(input);
  const { ReceiveMessageWaitTimeSeconds } = model.queues.get(queue).config.settings;
  const waitSeconds = input.optionalInteger("WaitTimeSeconds") ?? Number(ReceiveMessageWaitTimeSeconds);
  if (!isWithin(waitSeconds, 0, MAX_WAIT_SECONDS)) {
    throw invalidParameterValue("WaitTimeSeconds", waitSeconds, "Must be >= 0 and <= 20, if provided.");
  }
  const systemNames = [...input.texts("MessageSystemAttributeNames"), ...input.texts("AttributeNames")];
  checkSystemAttributeNames(systemNames);
  return {
    queue,
    options: {
      maxMessages: input.optionalInteger("MaxNumberOfMessages"),
      visibilitySeconds: input.optionalInteger("VisibilityTimeout"),
      attemptId: input.optionalText("ReceiveRequestAttemptId"),
    },
    waitSeconds,
    attributes: { systemNames, messageNames: input.texts("MessageAttributeNames") },
  };
}
