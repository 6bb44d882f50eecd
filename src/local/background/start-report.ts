import type { ErrorCategory } from "../../core/errors.js";

/** What a background process tells the command that started it, once, over their channel. */
export type StartReport =
  | { evpStack: "ready"; endpoint: string; port: number; pid: number; portTaken: boolean }
  | { evpStack: "failed"; code: string; message: string; category: ErrorCategory; hint: string | undefined };

export function isStartReport(message: unknown): message is StartReport {
  return typeof message === "object" && message !== null && "evpStack" in message;
}
