import { randomUUID } from "node:crypto";
import type { WholeRequest, WholeResponse } from "../http-message.js";

/** An action that no service here knows, named in the answer. */
export function unknownAction(request: WholeRequest): WholeResponse {
  const what = actionOf(request) ?? `${request.method} ${request.url}`;
  return errorAnswer(request, 400, {
    code: speaksXml(request) ? "InvalidAction" : "UnknownOperationException",
    message: `The embedded stack does not serve ${what}`,
  });
}

/** Something broke inside; the log tells what. */
export function internalFailure(request: WholeRequest): WholeResponse {
  const message = "The embedded stack failed inside; its log says why (evp local logs)";
  return errorAnswer(request, 500, { code: "InternalFailure", message });
}

/** Whether a request is one of AWS's protocols at all; cheaper than reading which action it names. */
export function namesAction(request: WholeRequest): boolean {
  return request.headers["x-amz-target"] !== undefined || speaksXml(request) || request.url.includes("Action=");
}

/** The action that a request asks for: its target in AWS's JSON protocols, its parameter in the Query protocol. */
function actionOf(request: WholeRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  if (target !== undefined) {
    return target;
  }
  const query = request.url.split("?")[1] ?? "";
  const form = speaksXml(request) ? request.body.toString("utf8") : "";
  return new URLSearchParams(form).get("Action") ?? new URLSearchParams(query).get("Action") ?? undefined;
}

/** The Query protocol is answered in XML, the JSON protocols in JSON. */
function speaksXml(request: WholeRequest): boolean {
  return (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
}

interface Failure {
  code: string;
  message: string;
}

function errorAnswer(request: WholeRequest, status: number, { code, message }: Failure): WholeResponse {
  const requestId = randomUUID();
  if (!speaksXml(request)) {
    return {
      status,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": requestId },
      body: JSON.stringify({ __type: code, message }),
    };
  }
  const type = status < 500 ? "Sender" : "Receiver";
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: `<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
