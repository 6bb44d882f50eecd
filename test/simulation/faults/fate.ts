/** What may go wrong with a call. */
export const CALL_FAULTS = [
  /** The service, or the way to it, answers with an error, and nothing happened. */
  "refused",
  /** It happened, and the answer is an error. */
  "answer lost",
  /** The processor gives the call up; nothing happened. */
  "timed out",
  /** The processor gives the call up, before or after it happens. */
  "timed out, done",
  /** It takes some seconds. */
  "slow",
  /** An outage, of one step, of one service, of one topic or of everything. */
  "outage",
  /** The process dies just before the call goes out. */
  "crash before",
  /** The process dies while the call is on its way; it may still happen. */
  "crash on the way",
  /** The process dies between the effect and the answer. */
  "crash before the answer",
  /** The process stands still, longer than a lease lasts, while the call is under way. */
  "freeze",
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** What may go wrong with one entry of a batch call. */
export const ENTRY_FAULTS = [
  /** It is in the list of failures, or left unprocessed, and did not happen. */
  "entry failed",
  /** It is told as failed, and happened. */
  "entry failed, done",
  /** It is in no list, and did not happen. */
  "entry in no list",
  /** It is in no list, and happened. */
  "entry in no list, done",
] as const;
export type EntryFault = (typeof ENTRY_FAULTS)[number];

/** What happens to one call. */
export interface Fate {
  /** What goes wrong with it as a whole; undefined when nothing does. */
  fault: CallFault | undefined;
  effectAfterMs: number;
  /** From the effect on. */
  answerAfterMs: number;
  hasEffect: boolean;
  /** What the client sees instead of the answer. */
  failure: "timeout" | Error | undefined;
  crash: "before" | "on the way" | "before the answer" | undefined;
  /** How long the process stands still from now on. */
  freezeMs: number;
  /** Chance of each entry of a batch to fail by itself. */
  entryFaults: number;
  /** Every entry of the batch is refused with this error, which is none of its own. */
  entryError: EntryError | undefined;
}

/** How SQS and SNS tell that an entry has failed ("BatchResultErrorEntry"). */
export interface EntryError {
  Code: string;
  SenderFault: boolean;
}

/** Nothing goes wrong, and nothing takes time. */
export const SMOOTH: Fate = {
  fault: undefined,
  effectAfterMs: 0,
  answerAfterMs: 0,
  hasEffect: true,
  failure: undefined,
  crash: undefined,
  freezeMs: 0,
  entryFaults: 0,
  entryError: undefined,
};

/** Whether an entry has its effect in spite of its fault. */
export function isDone(fault: EntryFault | undefined): boolean {
  return fault === undefined || fault === "entry failed, done" || fault === "entry in no list, done";
}
