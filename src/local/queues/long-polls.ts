/** What long polls need of the service around them. `Answer` is a receive's messages. */
export interface PollSurroundings<Options, Answer> {
  now(): number;
  /** One receive; `undefined` when it found nothing. @throws what the client is to be told */
  receive(queueName: string, options: Options): Answer | undefined;
  /** Whether a receive would find something now. */
  hasReady(queueName: string): boolean;
  /** When a message becomes visible by itself. */
  nextWakeAt(queueName: string): number | undefined;
}

interface Waiter<Options, Answer> {
  options: Options;
  answer(answer: Answer | undefined): void;
  fail(error: unknown): void;
}

/**
 * Receives that wait ("Amazon SQS short and long polling"). Each queue's waiters stand in line; {@link serve} gives them
 * what has become visible, after each request and, by one timer, when a visibility timeout or delay ends. A waiter whose
 * client is gone leaves the line and takes no message.
 */
export class LongPolls<Options, Answer> {
  readonly #around: PollSurroundings<Options, Answer>;
  readonly #lines = new Map<string, Set<Waiter<Options, Answer>>>();
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt: number | undefined;

  constructor(around: PollSurroundings<Options, Answer>) {
    this.#around = around;
  }

  /** Resolves with messages as soon as there are some, with `undefined` when the time is over or the client is gone. */
  wait(queueName: string, options: Options, waitMs: number, signal: AbortSignal): Promise<Answer | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const line = this.#lines.get(queueName) ?? new Set();
      this.#lines.set(queueName, line);
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", give);
        line.delete(waiter);
        if (line.size === 0 && this.#lines.get(queueName) === line) this.#lines.delete(queueName);
      };
      const give = () => waiter.answer(undefined);
      const waiter: Waiter<Options, Answer> = {
        options,
        answer: (answer) => {
          leave();
          resolve(answer);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(give, waitMs);
      signal.addEventListener("abort", give);
      line.add(waiter);
      this.#setAlarm();
    });
  }

  /** Gives what is visible to those who wait. */
  serve(): void {
    if (this.#lines.size === 0) return;
    // What one queue's receive moves to its dead-letter queue may be awaited there.
    for (let again = true; again; ) {
      again = false;
      for (const [queueName, line] of this.#lines) {
        for (const waiter of line) if (this.#tryOne(queueName, waiter)) again = true;
      }
    }
    this.#setAlarm();
  }

  /** Answers everybody with nothing. */
  close(): void {
    clearTimeout(this.#alarm);
    for (const line of this.#lines.values()) for (const waiter of line) waiter.answer(undefined);
  }

  #tryOne(queueName: string, waiter: Waiter<Options, Answer>): boolean {
    try {
      if (!this.#around.hasReady(queueName)) return false;
      const answer = this.#around.receive(queueName, waiter.options);
      if (answer === undefined) return false;
      waiter.answer(answer);
    } catch (error) {
      waiter.fail(error);
    }
    return true;
  }

  #setAlarm(): void {
    const times = [...this.#lines.keys()].map((name) => this.#around.nextWakeAt(name) ?? Number.POSITIVE_INFINITY);
    const at = Math.min(...times);
    if (at === this.#alarmAt) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = Number.isFinite(at) ? at : undefined;
    if (this.#alarmAt === undefined) return;
    const ring = () => {
      this.#alarmAt = undefined;
      this.serve();
    };
    this.#alarm = setTimeout(ring, Math.max(1, at - this.#around.now()));
  }
}
