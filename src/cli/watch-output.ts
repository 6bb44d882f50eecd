import type { CliContext } from "./context.js";
import { outputFailure } from "./output-failure.js";

/** What becomes of stdout while a command runs. */
export interface OutputWatch {
  /** Aborts when stdout takes nothing more: what would be printed has no place to go. */
  broken: AbortSignal;
  /** The reader has gone, for instance `evp tail client-1 | head -1`: there is nobody to tell, and nothing went wrong. */
  hasReaderGone(): boolean;
  /** Waits until all that was printed has been taken. @throws EvpError (failed) when some of it could not be written */
  assertWritten(): Promise<void>;
}

/** A broken stderr is no reason to stop: what is told there is told for those who listen. */
export function watchOutput({ stdout, stderr, signals }: CliContext): OutputWatch {
  const broken = new AbortController();
  let failure: NodeJS.ErrnoException | undefined;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    failure ??= error;
    broken.abort();
  });
  stderr.on("error", () => undefined);
  return {
    broken: broken.signal,
    hasReaderGone: () => failure?.code === "EPIPE",
    async assertWritten() {
      await new Promise<void>((resolve) => {
        signals.force.addEventListener("abort", () => resolve(), { once: true });
        if (signals.force.aborted) resolve();
        // The error of an earlier write is told by now, or in the turn that follows.
        stdout.write("", () => setImmediate(resolve));
      });
      if (failure !== undefined) throw outputFailure(failure);
    },
  };
}
