import { EvpError } from "../core/errors.js";
import type { CallError } from "../ports/call.js";
import { storeFailure } from "./store-errors.js";

/** Codes by which AWS says that the caller is known and may not do this. */
const PERMISSION_CODES = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "AuthorizationErrorException",
  "NotAuthorized",
]);

/** A failed call as the failure of a command: what it means for the stack, and what to do about it. */
export function explainCallError(error: CallError): EvpError {
  const failure = storeFailure(error.fault.code);
  if (failure !== undefined) return new EvpError(error.message, { ...failure, cause: error });
  switch (error.kind) {
    case "not-found":
      return new EvpError(`the stack is not there, or not whole: ${error.message}`, {
        code: "not-initialised",
        category: "not-found",
        hint: "Run evp init.",
        cause: error,
      });
    case "credentials":
      return explainCredentials(error);
    case "unreachable":
      return new EvpError(`the target does not answer: ${error.message}`, {
        code: "target-unreachable",
        category: "unreachable",
        hint: "Check the endpoint and that it is running, then try again.",
        retryable: true,
        cause: error,
      });
    case "throttled":
    case "failed":
      return new EvpError(error.message, {
        code: error.kind === "throttled" ? "throttled" : "call-failed",
        category: "failed",
        hint: "Try again; what was done before stays done.",
        retryable: true,
        cause: error,
      });
    case "refused":
      return new EvpError(error.message, { code: "call-refused", category: "failed", cause: error });
  }
}

function explainCredentials(error: CallError): EvpError {
  if (PERMISSION_CODES.has(error.fault.code)) {
    return new EvpError(error.message, {
      code: "permission-denied",
      category: "credentials",
      hint: "Grant this identity the action, or use another one with --profile.",
      cause: error,
    });
  }
  return new EvpError(error.message, {
    code: "credentials-refused",
    category: "credentials",
    hint: "Sign in (aws sso login, for instance), set AWS_ACCESS_KEY_ID, or name a profile with --profile.",
    cause: error,
  });
}
