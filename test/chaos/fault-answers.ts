import { randomUUID } from "node:crypto";
import type { AwsRequest } from "./aws-request.js";

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

interface ServiceError {
  status: number;
  code: string;
  /** Who is at fault, as the Query protocol and SQS's query-compatible errors say it. */
  type: "Sender" | "Receiver";
  message: string;
}

type Failure = "error" | "throttle";

/** How each service says that it is overloaded, or broken inside. */
const ERRORS: Record<"sqs" | "sns" | "dynamodb", Record<Failure, ServiceError>> = {
  // "SendMessageBatch", Errors; "AWS query-compatible services".
  sqs: {
    throttle: { status: 400, code: "RequestThrottled", type: "Sender", message: "The request was denied." },
    error: { status: 500, code: "InternalFailure", type: "Receiver", message: "The request failed inside." },
  },
  // "PublishBatch", Errors.
  sns: {
    throttle: { status: 429, code: "Throttled", type: "Sender", message: "Rate exceeded" },
    error: { status: 500, code: "InternalError", type: "Receiver", message: "The request failed inside." },
  },
  // "Error handling with DynamoDB".
  dynamodb: {
    throttle: {
      status: 400,
      code: "ProvisionedThroughputExceededException",
      type: "Sender",
      message: "The level of configured provisioned throughput for the table was exceeded.",
    },
    error: { status: 500, code: "InternalServerError", type: "Receiver", message: "The request failed inside." },
  },
};

/** The error in the form in which the service asked would give it. */
export function faultAnswer({ service }: AwsRequest, failure: Failure): HttpAnswer {
  const requestId = randomUUID();
  if (service === "sqs") return sqsAnswer(ERRORS.sqs[failure], requestId);
  if (service === "dynamodb") return dynamodbAnswer(ERRORS.dynamodb[failure], requestId);
  return queryAnswer(ERRORS.sns[failure], requestId);
}

function sqsAnswer({ status, code, type, message }: ServiceError, requestId: string): HttpAnswer {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": requestId,
    "x-amzn-query-error": `${code};${type}`,
  };
  return { status, headers, body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }) };
}

function dynamodbAnswer({ status, code, message }: ServiceError, requestId: string): HttpAnswer {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": requestId };
  return { status, headers, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }) };
}

function queryAnswer({ status, code, type, message }: ServiceError, requestId: string): HttpAnswer {
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: `<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}
