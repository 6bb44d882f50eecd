/**
 * Error codes by which a topic says that one entry of a batch can never be published ("PublishBatch", "BatchResultErrorEntry").
 * Closed: every other code, a sender's fault or not, may be about the topic, the caller or the day.
 */
const ENTRY_REFUSED = new Set(["InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"]);
/** The one code for a whole call that is about what is in it: sent alone, the message itself is too long ("PublishBatch"). */
const CALL_TOO_LONG = new Set(["BatchRequestTooLong", "BatchRequestTooLongException"]);
/** A refusal counts only when the message was sent alone, and only the second time. */
export const REFUSALS_NEEDED = 2;

/** Whether a topic may have refused this very message. `isSenderFault` is only ever told of an entry, never of a whole call. */
export function isRefusal({ code, isSenderFault }: { code: string; isSenderFault: boolean }): boolean {
  return CALL_TOO_LONG.has(code) || (isSenderFault && ENTRY_REFUSED.has(code));
}

/** Error codes by which a queue says that it will never take this very message ("SendMessageBatch", "BatchResultErrorEntry"). */
const MESSAGE_REFUSED = new Set(["InvalidMessageContents", "InvalidParameterValue"]);
/** Codes for a whole call of one message, as the protocols call it ("SendMessageBatch"). */
const MESSAGE_TOO_LONG = new Set(["BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"]);

/** Whether a queue has refused this very message for good, sent alone or with its own entry in the answer. Closed, as for topics. */
export function isMessageRefusal({ code, isSenderFault }: { code: string; isSenderFault: boolean }): boolean {
  return isSenderFault && (MESSAGE_REFUSED.has(code) || MESSAGE_TOO_LONG.has(code));
}
