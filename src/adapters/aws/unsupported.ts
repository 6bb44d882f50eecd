import { isCallError } from "../../ports/call.js";

/** How a target says that it does not know an action at all. */
const CODES = new Set([
  "InvalidAction",
  "NotImplemented",
  "UnknownOperation",
  "UnknownOperationException",
  "UnsupportedOperation",
  "UnsupportedOperationException",
]);

/** The answer of a call, or `otherwise` where the target does not know the action: emulators lack some of them. */
export async function ifSupported<Answer, Otherwise>(
  call: () => Promise<Answer>,
  otherwise: Otherwise,
): Promise<Answer | Otherwise> {
  try {
    return await call();
  } catch (error) {
    if (isCallError(error) && CODES.has(error.fault.code)) return otherwise;
    throw error;
  }
}
