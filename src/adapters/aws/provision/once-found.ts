import { isCallError } from "../../../ports/call.js";
import type { Clock } from "../../../ports/clock.js";

/** A queue can be used a second after it was created, or somewhat later ("CreateQueue"). */
const NOT_YET_DELAY_MS = 500;
const NOT_YET_TRIES = 20;

/** Makes a call about what was just created, again while it is not found yet. Rejects with the CallError of the last try after ten seconds. */
export async function onceFound<Answer>(clock: Clock, call: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const isNotYet = isCallError(error) && error.kind === "not-found";
      if (!isNotYet || attempt === NOT_YET_TRIES) throw error;
      await clock.sleep(NOT_YET_DELAY_MS);
    }
  }
}
