import { retryDelayMs } from "../../core/backoff.js";
import type { Clock } from "../../ports/clock.js";
import type { OutageListener } from "../../ports/kafka-source.js";
import { failureText, lastingError } from "./kafka-errors.js";

/** What passes sooner is no outage: a leader or a coordinator that moves. */
const TELL_AFTER_MS = 2_000;

/** Waits out what may pass, and tells of it when it lasts. All of a source's calls share one, so that one outage is told once. */
export class Patience {
  readonly #clock: Clock;
  readonly #listener: OutageListener;
  #failingSince: number | undefined;
  #isTold = false;

  constructor(clock: Clock, listener: OutageListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /**
   * Calls until it succeeds. `doing`: a gerund, for messages.
   * @returns undefined when `stop` aborted first
   * @throws EvpError for what does not pass
   */
  async persist<Answer>(
    doing: string,
    stop: AbortSignal,
    call: () => Promise<Answer>,
  ): Promise<{ answer: Answer } | undefined> {
    for (let attempt = 1; !stop.aborted; attempt++) {
      try {
        const answer = await call();
        this.recovered();
        return { answer };
      } catch (error) {
        await this.pause(error, doing, attempt, stop);
      }
    }
    return undefined;
  }

  /** Tells of a failed call and waits before the next. @throws EvpError for what does not pass */
  async pause(error: unknown, doing: string, attempt: number, stop: AbortSignal): Promise<void> {
    const lasting = lastingError(error, doing);
    if (lasting !== undefined) throw lasting;
    this.note(error, doing);
    await this.#clock.sleep(
      retryDelayMs(attempt, () => this.#clock.random()),
      stop,
    );
  }

  /** Tells of a failed call that somebody else repeats, once calls have failed for long enough. */
  note(error: unknown, doing: string): void {
    const now = this.#clock.monotonic();
    this.#failingSince ??= now;
    if (this.#isTold || now - this.#failingSince < TELL_AFTER_MS) return;
    this.#isTold = true;
    this.#listener.onTrouble(`${doing}: ${failureText(error)}`);
  }

  recovered(): void {
    if (this.#isTold) this.#listener.onRecovered();
    this.#isTold = false;
    this.#failingSince = undefined;
  }
}
