/**
 * Error codes by which a topic says that one message itself can never be published ("PublishBatch", "BatchResultErrorEntry").
 * Closed: every other code, a sender's fault or not, may be about the topic, the caller or the day.
 */
const MESSAGE_REFUSED = new Set([
  "InvalidParameter",
  "InvalidParameterValue",
  "ParameterValueInvalid",
  "InvalidMessageContents",
]);
/** A refusal counts only when the message was sent alone, and only the second time. */
export const REFUSALS_NEEDED = 2;

export function isAboutTheMessage(code: string): boolean {
  return MESSAGE_REFUSED.has(code);
}
