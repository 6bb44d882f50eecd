import { CallError, type CallErrorKind } from "../../../../src/ports/call.js";

export function callError(kind: CallErrorKind, code = "Code", message = "what it said"): CallError {
  return new CallError(`asking: ${message}`, { code, message, isSenderFault: false }, kind);
}
