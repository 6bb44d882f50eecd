import { isCallError } from "../../ports/call.js";

/** The answer of a call, or undefined where what it names does not exist. */
export async function ifFound<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isCallError(error) && error.kind === "not-found") return undefined;
    throw error;
  }
}
