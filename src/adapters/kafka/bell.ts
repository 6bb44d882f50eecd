/** Wakes whoever waits for something to happen; a ring that nobody waits for is kept for the next one who does. */
export class Bell {
  #hasRung = false;
  #wake: () => void = () => undefined;

  ring = (): void => {
    this.#hasRung = true;
    this.#wake();
  };

  /** Resolves at the next ring, or at once when it has rung since it was last waited for. One waits at a time. */
  async heard(): Promise<void> {
    while (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#hasRung = false;
  }
}
