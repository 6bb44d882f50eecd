/** Why a command failed; each category has its own exit code (docs/commands.md, "Exit codes"). */
export type ErrorCategory =
  | "failed"
  | "usage"
  | "credentials"
  | "not-found"
  | "findings"
  | "partly-done"
  | "unreachable"
  | "interrupted";

const EXIT_CODES: Record<ErrorCategory, number> = {
  failed: 1,
  usage: 2,
  credentials: 3,
  "not-found": 4,
  findings: 5,
  "partly-done": 6,
  unreachable: 7,
  interrupted: 130,
};

interface EvpErrorOptions {
  /** Stable, kebab-case name of this very error, for programs. */
  code: string;
  category: ErrorCategory;
  /** What the reader can do about it: one sentence. */
  hint?: string | undefined;
  /** Whether the same command may succeed later with nothing changed. */
  retryable?: boolean;
  cause?: unknown;
}

/** A command that failed, told in one line of what happened and one of what to do. A failed message is never an error: it is an outcome. */
export class EvpError extends Error {
  override readonly name = "EvpError";
  readonly code: string;
  readonly category: ErrorCategory;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(message: string, options: EvpErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.category = options.category;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }

  get exitCode(): number {
    return EXIT_CODES[this.category];
  }
}

/** By name and not by class: the program is several bundles, and each holds its own copy of the class. */
export function isEvpError(error: unknown): error is EvpError {
  return error instanceof Error && error.name === "EvpError" && "category" in error;
}
