import { randomUUID } from "node:crypto";
import { LOCAL_ACCOUNT, type WholeRequest, type WholeResponse } from "../http-message.js";
import { ModelError } from "../model/model-error.js";
import { QueryInput } from "./query-input.js";
import { document, element, type Xml } from "./xml.js";

/** A service that speaks the Query protocol, by the version of its API. */
export type QueryService = "sns" | "sts" | "sqs";
const SERVICES = new Map<string | undefined, QueryService>([
  ["2010-03-31", "sns"],
  ["2011-06-15", "sts"],
  ["2012-11-05", "sqs"],
]);
const NAMESPACES: Record<QueryService, string> = {
  sns: "http://sns.amazonaws.com/doc/2010-03-31/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
  sqs: "http://queue.amazonaws.com/doc/2012-11-05/",
};
/** HTTP statuses of errors that are not 400 ("Common Errors", "Amazon SNS API reference"). */
const STATUSES: Record<string, number> = { NotFound: 404, ResourceNotFound: 404, SubscriptionLimitExceeded: 403 };

export interface QueryCall {
  service: QueryService;
  action: string;
  input: QueryInput;
}

/** @returns the call when the request is one of the Query protocol to a service known here */
export function queryCallOf(request: WholeRequest): QueryCall | undefined {
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  const query = request.url.indexOf("?");
  if (!isForm && query < 0) return undefined;
  const input = QueryInput.parse(isForm ? request.body.toString() : request.url.slice(query + 1));
  const action = input.optionalText("Action");
  const service = SERVICES.get(input.optionalText("Version"));
  return action === undefined || service === undefined ? undefined : { service, action, input };
}

export function queryResponse({ service, action }: QueryCall, result: Xml[]): WholeResponse {
  const metadata = element("ResponseMetadata", element("RequestId", randomUUID()));
  const body = document(`${action}Response`, NAMESPACES[service], element(`${action}Result`, ...result), metadata);
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

/** An error as the SDKs and the AWS CLI expect it. */
export function queryErrorResponse({ service }: QueryCall, error: unknown): WholeResponse {
  const isRefusal = error instanceof ModelError;
  const code = isRefusal ? error.code : "InternalError";
  const shown = element(
    "Error",
    element("Type", isRefusal ? "Sender" : "Receiver"),
    element("Code", code),
    element("Message", error instanceof Error ? error.message : String(error)),
  );
  return {
    status: isRefusal ? (STATUSES[code] ?? 400) : 500,
    headers: { "content-type": "text/xml" },
    body: document("ErrorResponse", NAMESPACES[service], shown, element("RequestId", randomUUID())),
  };
}

/** "GetCallerIdentity": every caller of the embedded stack is the same. */
export function callerIdentity(): Xml[] {
  return [
    element("Arn", `arn:aws:iam::${LOCAL_ACCOUNT}:user/local`),
    element("UserId", "AIDALOCALUSER"),
    element("Account", LOCAL_ACCOUNT),
  ];
}
