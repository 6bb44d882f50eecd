import type { StalledGroup } from "./processor-report.js";

/** Groups that were given back and have got no outcome since, by id, those that have waited longest first. Changed in place. */
export type StalledGroups = Map<string, StalledGroup>;

/** An outage gives back any number of groups; what is beyond this many is seen when others have moved. */
const KEPT_GROUPS = 1000;
/**
 * A group that this processor gave back comes again within 15 minutes, unless what it waits for is down or another processor has it.
 * After so long without, it is somebody else's.
 */
const FORGOTTEN_AFTER_MS = 20 * 60_000;

/** Takes in that messages of a group were given back. `messages`: how many */
export function noteGivenBack(
  groups: StalledGroups,
  group: Omit<StalledGroup, "since" | "lastTriedAt">,
  now: number,
): void {
  const known = groups.get(group.groupId);
  if (known === undefined && groups.size >= KEPT_GROUPS) return;
  groups.set(group.groupId, { ...group, since: known?.since ?? now, lastTriedAt: now });
}

/** Forgets the groups that have not come again although nothing is down. */
export function forgetSomebodyElses(groups: StalledGroups, isAnythingDown: boolean, now: number): void {
  if (isAnythingDown) return;
  for (const [groupId, { lastTriedAt }] of groups) {
    if (lastTriedAt < now - FORGOTTEN_AFTER_MS) groups.delete(groupId);
  }
}
