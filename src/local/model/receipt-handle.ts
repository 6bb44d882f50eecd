import { ModelError } from "./model-error.js";

/** What a receipt handle says: this receive of this message in this queue ("Amazon SQS queue and message identifiers"). */
export interface Receipt {
  queueId: number;
  ordinal: number;
  /** The message's receive count when it was handed out. */
  receiveCount: number;
}

export function formatReceiptHandle({ queueId, ordinal, receiveCount }: Receipt): string {
  return Buffer.from(`evp-receipt:${queueId}:${ordinal}:${receiveCount}`).toString("base64");
}

/** @throws ModelError ReceiptHandleIsInvalid when it is no handle of this queue */
export function parseReceiptHandle(handle: string, queueId: number): Receipt {
  const match = /^evp-receipt:(\d+):(\d+):(\d+)$/.exec(Buffer.from(handle, "base64").toString("latin1"));
  const receipt = { queueId: Number(match?.[1]), ordinal: Number(match?.[2]), receiveCount: Number(match?.[3]) };
  if (receipt.queueId !== queueId || formatReceiptHandle(receipt) !== handle) {
    throw new ModelError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  return receipt;
}
