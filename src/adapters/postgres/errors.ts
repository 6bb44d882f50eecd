import { DatabaseError } from "pg";
import { CallError, type CallErrorKind } from "../../ports/call.js";

/** Code of a call that was given up after its timeout. */
const CALL_TIMEOUT = "CallTimeout";
/** Code of a connection that was not made or that broke, where nothing tells more. */
const NO_CONNECTION = "NoConnection";

/** What a SQLSTATE means, the whole of it or its class, the first two characters ("PostgreSQL Error Codes", appendix A). The rest has failed for a reason that passes or that somebody mends. */
const KINDS: Readonly<Record<string, CallErrorKind>> = {
  "08": "unreachable",
  // The server is a standby, or has become one: nothing can be written, and what is read may be old.
  "25006": "unreachable",
  "57P01": "unreachable",
  "57P02": "unreachable",
  "57P03": "unreachable",
  "57P05": "unreachable",
  "53300": "throttled",
  "55P03": "throttled",
  "28": "credentials",
  "42501": "credentials",
  "3D000": "not-found",
  "3F000": "not-found",
  "42P01": "not-found",
  "57P04": "not-found",
  // What was handed in cannot be stored: a value, a key or a size.
  "21": "refused",
  "22": "refused",
  "23": "refused",
  "54000": "refused",
};

/** SQLSTATE classes, and single ones, after which the connection is as good as before. */
const HARMLESS: ReadonlySet<string> = new Set(["21", "22", "23", "40", "42", "54", "3D", "3F"]);

/** The error of a whole call. `doing` is a gerund with its resource: "inserting into evp.event". */
export function toCallError(error: unknown, doing: string): CallError {
  const { code, message } = describe(error);
  const kind = kindOf(error);
  return new CallError(`${doing}: ${message}`, { code, message, isSenderFault: kind === "refused" }, kind, error);
}

/** The error of a call that was given up: what it may have done is not known. */
export function timeoutError(doing: string, timeoutMs: number, cause?: unknown): CallError {
  const message = `no answer within ${timeoutMs} ms`;
  const fault = { code: CALL_TIMEOUT, message, isSenderFault: false };
  return new CallError(`${doing}: ${message}`, fault, "unreachable", cause);
}

/** Whether a connection can be used again after a statement has failed on it. */
export function isHarmless(error: unknown): boolean {
  return error instanceof DatabaseError && HARMLESS.has((error.code ?? "").slice(0, 2));
}

/** The SQLSTATE of an error that the server answered with; undefined for any other. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** Everything but an answer of the server is about the way to it. */
function kindOf(error: unknown): CallErrorKind {
  const code = sqlStateOf(error);
  if (code === undefined) return "unreachable";
  return KINDS[code] ?? KINDS[code.slice(0, 2)] ?? "failed";
}

/** Sockets tell what is wrong by a code, and some errors of several addresses have no message. */
function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: NO_CONNECTION, message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : NO_CONNECTION;
  return { code, message: error.message === "" ? code : error.message };
}
