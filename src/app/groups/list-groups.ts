import { outagesFor } from "../../core/outages.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { readBlocked } from "../blocked-status.js";
import { controlCall } from "../control-calls.js";
import { type StuckGroup, stuckGroups, withOutage, withWaiting } from "./stuck-groups.js";
import { readWaiting, type WaitingQuestion } from "./waiting-events.js";

export interface GroupsPorts {
  journal: Pick<Journal, "blockedGroups" | "read" | "processors" | "events">;
  clock: Clock;
}

export interface GroupsOptions {
  clientId?: string | undefined;
  /** Only those that have waited for a while: what was given back a moment ago may be on its way already. */
  isStalledOnly: boolean;
  /** Without the index, a look at what waits would read the whole table. */
  isReplayIndexed: boolean;
  /** Name of a client's topic. */
  topicOf: (clientId: string) => string;
}

export interface GroupsReport {
  groups: StuckGroup[];
  /** How many processors have said what stalls. */
  processors: number;
}

/** A group that is given back for a moment is back after seconds; one that has waited for so long is worth a look. */
export const STALLED_AFTER_MS = 60_000;

/** Groups that do not move, as far as the journal and the processors that run can tell: SQS itself lists no groups. */
export async function listGroups(ports: GroupsPorts, options: GroupsOptions): Promise<GroupsReport> {
  const { journal, clock } = ports;
  const { clientId, isStalledOnly, isReplayIndexed, topicOf } = options;
  const [blocked, processors] = await Promise.all([
    readBlocked(ports),
    controlCall(clock, () => journal.processors(clock.now())),
  ]);
  const wanted = stuckGroups({ blocked, processors }, clock.now()).filter(
    (group) =>
      (clientId === undefined || clientOf(group) === clientId) &&
      (!isStalledOnly || group.waitingMs >= STALLED_AFTER_MS),
  );
  const questions = isReplayIndexed ? questionsAbout(wanted) : [];
  const waiting = await readWaiting(ports, questions);
  const groups = wanted.map((group) => {
    const client = clientOf(group);
    const [outage] = outagesFor(processors, client === undefined ? undefined : topicOf(client));
    return withOutage(withWaiting(group, waiting.get(group.groupId) ?? []), outage);
  });
  return { groups, processors: processors.length };
}

/** One for each client. */
function questionsAbout(groups: readonly StuckGroup[]): WaitingQuestion[] {
  const byClient = Map.groupBy(groups, clientOf);
  return [...byClient].flatMap(([clientId, theirs]) => {
    if (clientId === undefined) return [];
    const groupIds = new Set(theirs.map(({ groupId }) => groupId));
    return [{ clientId, groupIds, since: Math.min(...theirs.map(({ since }) => Date.parse(since))) }];
  });
}

/** Of a stalled group nobody may have said whose it is; but what `evp send` makes begins with the client (docs/events.md, "The event"). */
function clientOf({ clientId, groupId }: StuckGroup): string | undefined {
  const [prefix, rest] = groupId.split("#", 2);
  return clientId ?? (rest === undefined ? undefined : prefix);
}
