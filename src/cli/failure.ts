import { type EvpError, isEvpError } from "../core/errors.js";
import type { CallError } from "../ports/call.js";
import { isCallError } from "../ports/call.js";

/** A failed command, as it is reported: one line of what, one of what to do. */
export interface Failure {
  /** Stable and kebab-case, for programs. */
  code: string;
  message: string;
  hint: string | undefined;
  retryable: boolean;
  exitCode: number;
}

/** Any error whatever as a failure. `explainCall` tells a failed call in the words of the stack that was asked. */
export async function failureOf(
  error: unknown,
  explainCall: (error: CallError) => Promise<EvpError>,
): Promise<Failure> {
  if (isEvpError(error)) return fromEvpError(error);
  if (isCallError(error)) return fromEvpError(await explainCall(error));
  return fromSystemError(error) ?? fromSurprise(error);
}

function fromEvpError(error: EvpError): Failure {
  const { code, message, hint, retryable, exitCode } = error;
  return { code, message, hint, retryable, exitCode };
}

/** What the operating system says about files and folders, by its error code. */
const SYSTEM_ERRORS: Record<string, { code: string; exitCode: number; what: string; hint: string }> = {
  EACCES: {
    code: "permission-denied",
    exitCode: 2,
    what: "no permission for",
    hint: "Change its permissions, or use another path.",
  },
  EPERM: {
    code: "permission-denied",
    exitCode: 2,
    what: "no permission for",
    hint: "Change its permissions, or use another path.",
  },
  EROFS: {
    code: "read-only-file-system",
    exitCode: 2,
    what: "cannot write on a read-only file system:",
    hint: "Use another path.",
  },
  ENOSPC: {
    code: "disk-full",
    exitCode: 1,
    what: "no space left on the disk for",
    hint: "Free some space and run the command again.",
  },
  ENOENT: { code: "file-not-found", exitCode: 2, what: "there is no", hint: "Check the path." },
  EISDIR: { code: "not-a-file", exitCode: 2, what: "a folder, where a file is expected:", hint: "Check the path." },
  ENOTDIR: { code: "not-a-folder", exitCode: 2, what: "a file, where a folder is expected:", hint: "Check the path." },
};

function fromSystemError(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("path" in error)) return undefined;
  if (typeof error.code !== "string" || typeof error.path !== "string") return undefined;
  const known = SYSTEM_ERRORS[error.code];
  if (known === undefined) return undefined;
  const { code, exitCode, what, hint } = known;
  return { code, exitCode, message: `${what} ${error.path}`, hint, retryable: false };
}

function fromSurprise(error: unknown): Failure {
  return {
    code: "internal",
    message: error instanceof Error ? error.message : String(error),
    hint: "This is a fault of evp itself. Run the command again with --verbose and report what it prints.",
    retryable: false,
    exitCode: 1,
  };
}
