/** Why one call, or one entry of a batch call, did not do its work. */
export interface Fault {
  /** The service's own error code, or `NoAnswer` for an entry that is in neither list of the answer. */
  code: string;
  message: string;
  /** The service says that the request itself is at fault, so that the same request cannot succeed. */
  isSenderFault: boolean;
}

/** The answer for one entry of a batch, in the order of the entries that were handed in. */
export type EntryResult<Value = object> = ({ ok: true } & Value) | { ok: false; fault: Fault };

/**
 * Every port's methods reject with a {@link CallError} when a whole call failed: nothing is known about its effect.
 * Nothing is retried below the ports, except what cleans up or waits for what was just created.
 */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly fault: Fault;
  /** What kind of failure this is, for exit codes; the translation of SDK errors decides. */
  readonly kind: CallErrorKind;

  constructor(message: string, fault: Fault, kind: CallErrorKind, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
    this.kind = kind;
  }
}

export type CallErrorKind = "not-found" | "credentials" | "unreachable" | "throttled" | "refused" | "failed";

/** By name and not by class: the program is several bundles, and each holds its own copy of the class. */
export function isCallError(error: unknown): error is CallError {
  return error instanceof Error && error.name === "CallError" && "fault" in error;
}

/** Whether the same call may succeed later. */
export function isPassing(error: unknown): error is CallError {
  return isCallError(error) && ["unreachable", "throttled", "failed"].includes(error.kind);
}
