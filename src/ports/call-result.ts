import { type Fault, isCallError } from "./call.js";

/** A call that answers for one entry only, in the form of a batch's entry: a failed call is a fault, not an exception. */
export async function resultOf<Value extends object>(
  call: Promise<Value>,
): Promise<({ ok: true } & Value) | { ok: false; fault: Fault }> {
  try {
    return { ok: true, ...(await call) };
  } catch (error) {
    if (isCallError(error)) return { ok: false, fault: error.fault };
    throw error;
  }
}
