import { isCallError } from "../../ports/call.js";

/** Makes a conditional write. @returns false when its condition did not hold ("Condition expressions") */
export async function onCondition(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isCallError(error) && error.fault.code === "ConditionalCheckFailedException") return false;
    throw error;
  }
}
