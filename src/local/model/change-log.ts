import type { Change } from "./changes.js";

/** Counts what comes in and collects what changes, until somebody writes it down. */
export class ChangeLog {
  #ordinal: number;
  #writtenOrdinal: number;
  #changes: Change[] = [];

  constructor(lastOrdinal: number) {
    this.#ordinal = lastOrdinal;
    this.#writtenOrdinal = lastOrdinal;
  }

  /** Grows for ever: the order of arrival, and the identity of messages, queues and topics. */
  readonly nextOrdinal = (): number => {
    this.#ordinal += 1;
    return this.#ordinal;
  };

  readonly report = (change: Change): void => {
    this.#changes.push(change);
  };

  /** Everything since the last time. */
  take(): Change[] {
    const changes = this.#changes;
    this.#changes = [];
    if (this.#ordinal !== this.#writtenOrdinal) changes.push({ kind: "ordinal", ordinal: this.#ordinal });
    this.#writtenOrdinal = this.#ordinal;
    return changes;
  }
}
