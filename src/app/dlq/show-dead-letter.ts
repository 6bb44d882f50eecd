import { EvpError } from "../../core/errors.js";
import type { DeadLetter } from "./dead-letter.js";
import { type BrowsePorts, visitLetters } from "./visit-letters.js";

/**
 * One dead letter with its whole body, by message id or event id (then the newest of that event).
 * @throws EvpError (not-found)
 */
export async function showDeadLetter(ports: BrowsePorts, id: string): Promise<DeadLetter> {
  let shown: DeadLetter | undefined;
  await visitLetters(ports, { filter: { ids: [id] }, wholeBodies: true, leftovers: false }, ({ letter }) => {
    const isNewer = shown === undefined || Date.parse(letter.rejectedAt) >= Date.parse(shown.rejectedAt);
    if (isNewer) shown = letter;
  });
  if (shown !== undefined) return shown;
  throw new EvpError(`there is no dead letter with the message id or event id ${id}`, {
    code: "dead-letter-unknown",
    category: "not-found",
    hint: "evp dlq list shows what there is.",
  });
}
