import { invalidParameter } from "../model/model-error.js";

/** The text for queues in a message that may hold one for each protocol ("Publish", MessageStructure). @throws ModelError */
export function plainMessage(message: string, structure: string | undefined): string {
  if (structure === undefined || structure === "") return message;
  if (structure !== "json") throw invalidParameter("MessageStructure");
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  if (typeof texts !== "object" || texts === null || !("default" in texts) || typeof texts.default !== "string") {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return "sqs" in texts && typeof texts.sqs === "string" ? texts.sqs : texts.default;
}
