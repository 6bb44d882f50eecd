/** A refusal as AWS would give it. Whole calls throw it; in a batch call it becomes the entry's failure. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  /** AWS's own code, in the words of the JSON protocol for SQS (`QueueDoesNotExist`) and of the Query protocol for SNS (`NotFound`). */
  readonly code: string;
  /** The request itself is at fault. Always so in the model: it never fails for reasons of its own. */
  readonly senderFault = true;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** SQS's refusal of one parameter. */
export function invalidParameterValue(parameter: string, value: unknown, reason: string): ModelError {
  return new ModelError(
    "InvalidParameterValue",
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
}

/** SNS's refusal of one parameter. */
export function invalidParameter(detail: string): ModelError {
  return new ModelError("InvalidParameter", `Invalid parameter: ${detail}`);
}
