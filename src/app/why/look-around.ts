import { type BlockedGroup, hasOutcome } from "../../core/blocked-group.js";
import { chunksOf } from "../../core/chunks.js";
import { addressOf } from "../../core/make-facts.js";
import type { Surroundings } from "../../core/surroundings.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Queue } from "../../ports/queue.js";
import { controlCall } from "../control-calls.js";

export interface LookAroundPorts {
  journal: Pick<Journal, "processors">;
  ingress: Pick<Queue, "depth">;
  deadLetters: Pick<Queue, "depth">;
  clock: Clock;
}

/** Asks for all that may tell where an event is that is not over. `blocked`: the groups that are blocked, as {@link stillBlocked} tells */
export async function lookAround(
  { journal, ingress, deadLetters, clock }: LookAroundPorts,
  blocked: readonly BlockedGroup[],
): Promise<Surroundings> {
  const [depth, dlq, processors] = await Promise.all([
    controlCall(clock, () => ingress.depth()),
    controlCall(clock, () => deadLetters.depth()),
    controlCall(clock, () => journal.processors(clock.now())),
  ]);
  return { ingress: depth, dlq, processors, blocked };
}

/** Heads asked about at once … */
const ASKED_AT_ONCE = 25;
/** … and in all: there may be thousands, and this is to take no second. */
const MAX_ASKED = 100;

/** Those of the noted groups of which the head has got no outcome since. Of very many, the first. */
export async function stillBlocked(
  { journal, clock }: { journal: Pick<Journal, "read">; clock: Clock },
  noted: readonly BlockedGroup[],
): Promise<BlockedGroup[]> {
  const blocked: BlockedGroup[] = [];
  for (const asked of chunksOf(noted.slice(0, MAX_ASKED), ASKED_AT_ONCE)) {
    const facts = await Promise.all(
      asked.map(({ eventId: id, clientId, messageId }) => {
        return controlCall(clock, () => journal.read(addressOf({ id, clientId }, messageId)));
      }),
    );
    blocked.push(...asked.filter(({ messageId }, index) => !hasOutcome(facts[index] ?? [], messageId)));
  }
  return blocked;
}
