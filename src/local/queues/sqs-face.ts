import { randomUUID } from "node:crypto";
import type { WholeRequest, WholeResponse } from "../http-message.js";
import { ModelError } from "../model/model-error.js";

const TARGET = "AmazonSQS.";
const OWN_CODE = "AWS.SimpleQueueService.";

/** What the Query protocol called an error, where that differs; the SDKs and the AWS CLI still show these ("AWS query-compatible services"). */
const QUERY_CODES: Record<string, string> = {
  QueueDoesNotExist: `${OWN_CODE}NonExistentQueue`,
  QueueNameExists: "QueueAlreadyExists",
  PurgeQueueInProgress: `${OWN_CODE}PurgeQueueInProgress`,
  BatchEntryIdsNotDistinct: `${OWN_CODE}BatchEntryIdsNotDistinct`,
  BatchRequestTooLong: `${OWN_CODE}BatchRequestTooLong`,
  EmptyBatchRequest: `${OWN_CODE}EmptyBatchRequest`,
  InvalidBatchEntryId: `${OWN_CODE}InvalidBatchEntryId`,
  TooManyEntriesInBatchRequest: `${OWN_CODE}TooManyEntriesInBatchRequest`,
  MessageNotInflight: `${OWN_CODE}MessageNotInflight`,
  UnsupportedOperation: `${OWN_CODE}UnsupportedOperation`,
};

/** Errors that are no part of SQS's own model come from the layer below it. */
const CORAL_TYPES: Record<string, string> = {
  InvalidParameterValue: "InvalidParameterValueException",
  MissingParameter: "MissingRequiredParameterException",
  InvalidAction: "UnknownOperationException",
  SerializationException: "SerializationException",
};

/** @returns the action's name when the request is one of SQS's JSON protocol */
export function sqsActionOf(request: WholeRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  return target?.startsWith(TARGET) ? target.slice(TARGET.length) : undefined;
}

export function sqsResponse(answer: object): WholeResponse {
  return { status: 200, headers: responseHeaders(), body: JSON.stringify(answer) };
}

/** An error as the SDKs and the AWS CLI expect it. */
export function sqsErrorResponse(error: unknown): WholeResponse {
  if (!(error instanceof ModelError)) {
    const message = error instanceof Error ? error.message : String(error);
    return response(500, "com.amazonaws.sqs#InternalFailure", "InternalFailure;Receiver", message);
  }
  const { code, message } = error;
  const coral = CORAL_TYPES[code];
  const type = coral === undefined ? `com.amazonaws.sqs#${code}` : `com.amazon.coral.service#${coral}`;
  return response(400, type, `${QUERY_CODES[code] ?? code};Sender`, message);
}

function response(status: number, type: string, queryError: string, message: string): WholeResponse {
  return {
    status,
    headers: { ...responseHeaders(), "x-amzn-query-error": queryError },
    body: JSON.stringify({ __type: type, message }),
  };
}

function responseHeaders(): Record<string, string> {
  return { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": randomUUID() };
}
