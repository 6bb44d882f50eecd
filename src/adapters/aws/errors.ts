import { CallError, type CallErrorKind, type Fault } from "../../ports/call.js";

/** Code of an entry that is in neither list of a batch call's answer. */
export const NO_ANSWER = "NoAnswer";
/** Code of a call that was given up after its timeout. */
const CALL_TIMEOUT = "CallTimeout";

/** Error codes of SQS, SNS, STS and DynamoDB, and of the sockets below, that tell about the caller or its surroundings and not about the request. */
const CODES: [CallErrorKind, string[]][] = [
  [
    "not-found",
    [
      "AWS.SimpleQueueService.NonExistentQueue",
      "NotFound",
      "NotFoundException",
      "QueueDoesNotExist",
      "ResourceNotFound",
      "ResourceNotFoundException",
      "TableNotFoundException",
    ],
  ],
  [
    "credentials",
    [
      "AccessDenied",
      "AccessDeniedException",
      "AuthorizationError",
      "AuthorizationErrorException",
      "CredentialsProviderError",
      "ExpiredToken",
      "ExpiredTokenException",
      "IncompleteSignature",
      "IncompleteSignatureException",
      "InvalidAccessKeyId",
      "InvalidClientTokenId",
      "InvalidSecurity",
      "InvalidSecurityException",
      "InvalidSignatureException",
      "MissingAuthenticationToken",
      "MissingAuthenticationTokenException",
      "NotAuthorized",
      "OptInRequired",
      "RequestExpired",
      "SignatureDoesNotMatch",
      "TokenProviderError",
      "UnrecognizedClientException",
    ],
  ],
  [
    "throttled",
    [
      "KMSThrottlingException",
      "KmsThrottled",
      "LimitExceededException",
      "OverLimit",
      "ProvisionedThroughputExceeded",
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "RequestThrottled",
      "RequestThrottledException",
      "Throttled",
      "ThrottledException",
      "Throttling",
      "ThrottlingError",
      "ThrottlingException",
      "TooManyRequestsException",
    ],
  ],
  [
    "unreachable",
    [
      "EAI_AGAIN",
      "ECONNABORTED",
      "ECONNREFUSED",
      "ECONNRESET",
      "EHOSTDOWN",
      "EHOSTUNREACH",
      "ENETUNREACH",
      "ENOTFOUND",
      "EPIPE",
      "ETIMEDOUT",
      "TimeoutError",
    ],
  ],
];

const KIND_OF_CODE = new Map(
  CODES.flatMap(([kind, codes]) => codes.map((code): [string, CallErrorKind] => [code, kind])),
);

/** What an error code means whatever the request was, or undefined when it is about the request or unknown. */
function kindOfCode(code: string): CallErrorKind | undefined {
  // A key that cannot be used is an outage, whatever message it was needed for.
  return KIND_OF_CODE.get(code) ?? (code.toUpperCase().startsWith("KMS") ? "failed" : undefined);
}

/** The error of a whole call. `doing` is a gerund with its resource: "receiving from evp-ingress.fifo". */
export function toCallError(error: unknown, doing: string): CallError {
  const code = codeOf(error);
  const kind = kindOfCode(code) ?? (isClientFault(error) ? "refused" : "failed");
  const message = error instanceof Error && error.message !== "" ? error.message : code;
  return new CallError(`${doing}: ${message}`, { code, message, isSenderFault: kind === "refused" }, kind, error);
}

/** The error of a call that was given up. */
export function timeoutError(doing: string, timeoutMs: number, cause: unknown): CallError {
  const message = `no answer within ${timeoutMs} ms`;
  return new CallError(
    `${doing}: ${message}`,
    { code: CALL_TIMEOUT, message, isSenderFault: false },
    "unreachable",
    cause,
  );
}

/** The fault of one entry of a batch call that the service answered. */
export function entryFault(code: string, message: string, isSenderFault: boolean): Fault {
  return { code, message, isSenderFault: isSenderFault && kindOfCode(code) === undefined };
}

/** The socket's own code comes first, since the SDK gives such errors its own names. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "UnknownError";
  if (error.name.endsWith("ProviderError")) return error.name;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return socketCode(error) ?? socketCode(first) ?? socketCode(error.cause) ?? error.name;
}

function socketCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" && KIND_OF_CODE.get(error.code) === "unreachable" ? error.code : undefined;
}

/** `$fault` is how the SDK tells an answer of 4xx from one of 5xx. */
function isClientFault(error: unknown): boolean {
  return error instanceof Error && "$fault" in error && error.$fault === "client";
}
