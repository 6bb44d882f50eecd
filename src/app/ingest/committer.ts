import type { FrontierTracker } from "../../core/frontier.js";
import type { Clock } from "../../ports/clock.js";
import type { RecordSource } from "../../ports/record-source.js";

/** A position is kept at most so often; what was sent since is sent again after a crash, and absorbed by its deduplication id. */
const COMMIT_EVERY_MS = 500;

interface CommitterOptions {
  source: Pick<RecordSource, "commit">;
  tracker: FrontierTracker;
  clock: Clock;
  /** Told when a position cannot be kept, so that nothing goes on without it. */
  onFailure: (error: unknown) => void;
}

/** Keeps the frontiers while they move, one call at a time. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #hasFailed = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Frontiers may have moved. */
  nudge(): void {
    if (this.#hasFailed || this.#closing.signal.aborted) return;
    this.#running ??= this.#commitSoon().finally(() => {
      this.#running = undefined;
    });
  }

  /** Keeps what is left to keep. @throws what the source throws */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    if (!this.#hasFailed) await this.#commit();
  }

  async #commitSoon(): Promise<void> {
    const { clock, onFailure } = this.#options;
    try {
      // The first position of all is kept at once, and later ones together.
      while (!this.#closing.signal.aborted && (await this.#commit())) {
        await clock.sleep(COMMIT_EVERY_MS, this.#closing.signal);
      }
    } catch (error) {
      this.#hasFailed = true;
      onFailure(error);
    }
  }

  /** @returns whether there was anything to keep */
  async #commit(): Promise<boolean> {
    const moved = this.#options.tracker.takeMoved();
    if (moved.length > 0) await this.#options.source.commit(moved);
    return moved.length > 0;
  }
}
