import type { ClientChoice } from "../app/tail/choose-clients.js";
import { EvpError } from "../core/errors.js";
import type { Invocation } from "./command-spec.js";
import type { Since } from "./values.js";

export interface TailFlags {
  all?: boolean;
  since?: Since;
  /** False with `--no-follow`. */
  follow?: boolean;
  filter?: string[];
  limit?: number;
  timeout?: number;
  consume?: boolean;
  cleanup?: boolean;
}

/** What a command line of `evp tail` asks for. */
export type TailTask =
  | { kind: "clients"; choice: ClientChoice }
  | { kind: "consume"; clientId: string }
  | { kind: "dlq" }
  | { kind: "cleanup" };

const DEAD_LETTERS = "dlq";

/** @throws EvpError (usage) when the words and flags do not go together */
export function readTailTask({ args, flags }: Pick<Invocation<TailFlags>, "args" | "flags">): TailTask {
  const [first, ...others] = args;
  if (flags.follow === false && flags.since === undefined) {
    throw refuse("nothing to show: --no-follow ends with what is stored", "Add --since, for instance --since 1h.");
  }
  if (flags.cleanup === true) {
    if (first === undefined) return { kind: "cleanup" };
    throw refuse("--cleanup is about every temporary subscription of the stack", "Leave the names out.");
  }
  if (args.includes(DEAD_LETTERS)) return dlqTask(args.length > 1, flags);
  if (flags.all === true) {
    if (first === undefined) return { kind: "clients", choice: { all: true } };
    throw refuse("clients are named, and --all is given too", "Leave one of them out.");
  }
  if (first === undefined) throw refuse("nothing to watch", "Name a client or several, give --all, or say dlq.");
  if (flags.consume !== true) return { kind: "clients", choice: { clientIds: args } };
  if (others.length === 0) return { kind: "consume", clientId: first };
  throw refuse("--consume takes from one client's queue", "Name one client.");
}

function dlqTask(hasOthers: boolean, { all, consume }: TailFlags): TailTask {
  if (hasOthers || all === true) {
    throw refuse("the DLQ and clients cannot be watched at once", "Watch them side by side, in two terminals.");
  }
  if (consume !== true) return { kind: "dlq" };
  throw new EvpError("dead letters are not consumed", {
    code: "consume-refused",
    category: "usage",
    hint: "Use evp dlq redrive or evp dlq purge.",
  });
}

function refuse(message: string, hint: string): EvpError {
  return new EvpError(message, { code: "tail-unclear", category: "usage", hint });
}

/** Without a bound, Ctrl-C is how a tail ends; with one, it was cut short. @throws EvpError (interrupted) */
export function assertComplete({ context, flags }: Invocation<TailFlags>): void {
  const hasBound = flags.limit !== undefined || flags.timeout !== undefined || flags.follow === false;
  if (!hasBound || !context.signals.stop.aborted) return;
  throw new EvpError("interrupted before its end", { code: "interrupted", category: "interrupted" });
}
