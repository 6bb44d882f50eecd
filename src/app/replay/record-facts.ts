import { retryDelayMs } from "../../core/backoff.js";
import type { AcceptedFact, Fact } from "../../core/facts.js";
import { CallError, type Fault } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { retryCall } from "../retry-call.js";

const MAX_ATTEMPTS = 8;

/**
 * Writes facts of distinct addresses, 25 at most, until the journal has each of them: they tell what has happened already.
 * @throws CallError when the store does not take them for about half a minute
 */
export async function recordFacts(
  { journal, clock }: { journal: Pick<Journal, "write">; clock: Clock },
  facts: Exclude<Fact, AcceptedFact>[],
): Promise<void> {
  let open = facts;
  for (let attempt = 1; open.length > 0; attempt++) {
    const writing = open;
    const results = await retryCall(clock, undefined, () => journal.write(writing));
    open = writing.filter((_, index) => results[index]?.ok !== true);
    if (open.length === 0) return;
    if (attempt === MAX_ATTEMPTS) throw notRecorded(results.find((result) => !result.ok)?.fault);
    await clock.sleep(retryDelayMs(attempt, () => clock.random()));
  }
}

function notRecorded(fault: Fault | undefined): CallError {
  const { code = "NoAnswer", message = "no answer" } = fault ?? {};
  return new CallError(`recording what was sent: ${message}`, { code, message, isSenderFault: false }, "failed");
}
