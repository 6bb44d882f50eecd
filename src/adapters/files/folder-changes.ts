import { type FSWatcher, watch } from "node:fs";
import type { Clock } from "../../ports/clock.js";

/** Whoever follows looks at least so often: a network file system tells nothing of what another machine writes. */
const POLL_MS = 1_000;
/** What is written in many small pieces is not looked at for each of them. */
const PAUSE_MS = 40;

/** Tells when something in a folder may have changed. */
export class FolderChanges {
  readonly #clock: Clock;
  readonly #watcher: FSWatcher | undefined;
  #hasChanged = false;
  #wake = new AbortController();

  constructor(folder: string, clock: Clock) {
    this.#clock = clock;
    this.#watcher = openWatcher(folder, () => {
      this.#hasChanged = true;
      this.#wake.abort();
    });
  }

  /** Resolves when something may have changed since the last time, or `stop` aborts. */
  async next(stop: AbortSignal): Promise<void> {
    if (!this.#hasChanged) {
      this.#wake = new AbortController();
      await this.#clock.sleep(POLL_MS, AbortSignal.any([stop, this.#wake.signal]));
    }
    if (this.#hasChanged) await this.#clock.sleep(PAUSE_MS, stop);
    this.#hasChanged = false;
  }

  close(): void {
    this.#watcher?.close();
  }
}

/** There may be no more watches to be had, or the file system has none; looking now and then does, too. */
function openWatcher(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, onChange).on("error", () => undefined);
  } catch {
    return undefined;
  }
}
