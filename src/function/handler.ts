import type { BatchProcessor } from "../app/process/batch-processor.js";
import { readRecords, type SqsBatchResponse, type SqsEvent } from "./sqs-event.js";

/** As much of the function's context as is read ("AWS Lambda context object in Node.js"). */
export interface FunctionContext {
  getRemainingTimeInMillis(): number;
}

/** All that is done once in a container, and kept for every later invocation. */
export interface OpenedFunction {
  isFifo: boolean;
  processor: BatchProcessor;
}

export type Handler = (event: SqsEvent, context: FunctionContext) => Promise<SqsBatchResponse>;

/**
 * Answers which messages are to come again. What is thrown, a config that is not valid or a defect, makes the whole batch come again.
 *
 * @param open - given the ms that the first invocation has; tried again by the next one where it has failed
 */
export function createHandler(open: (remainingMs: number) => Promise<OpenedFunction>): Handler {
  let opened: Promise<OpenedFunction> | undefined;

  function openOnce(remainingMs: number): Promise<OpenedFunction> {
    const opening = opened ?? open(remainingMs);
    opened = opening;
    opening.catch(() => {
      if (opened === opening) opened = undefined;
    });
    return opening;
  }

  return async (event, context) => {
    if (!Array.isArray(event?.Records)) throw new TypeError("the event holds no Records: this function is for SQS");
    const { isFifo, processor } = await openOnce(context.getRemainingTimeInMillis());
    const failures = await processor.process(readRecords(event, isFifo), context.getRemainingTimeInMillis());
    return { batchItemFailures: failures.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}
