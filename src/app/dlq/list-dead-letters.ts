import { type BrowseOptions, browseDeadLetters } from "./browse-dead-letters.js";
import type { DeadLetter } from "./dead-letter.js";
import type { BrowsePorts } from "./visit-letters.js";

/** The dead letters that match, all at once, newest first, and behind them those that only the DLQ knows of. */
export async function listDeadLetters(ports: BrowsePorts, options: BrowseOptions): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await browseDeadLetters(ports, options, (letter) => {
    letters.push(letter);
  });
  return letters;
}
