import type { PlannedRedrive, RedriveVerdict } from "./redrive.js";

/** What a plan means for one message group. */
export interface GroupPlan {
  groupId: string;
  /** Null where its letters name no client, or several. */
  clientId: string | null;
  letters: number;
  /** How many letters each verdict is on. */
  verdicts: Partial<Record<RedriveVerdict, number>>;
}

/** A plan by group, in the order in which the groups come in it. */
export function groupPlan(plan: readonly PlannedRedrive[]): GroupPlan[] {
  const groups = Map.groupBy(plan, ({ groupId }) => groupId);
  return [...groups].map(([groupId, letters]) => {
    const verdicts: GroupPlan["verdicts"] = {};
    for (const { verdict } of letters) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    const clients = new Set(letters.map(({ clientId }) => clientId));
    const [clientId = null] = clients.size === 1 ? clients : [];
    return { groupId, clientId, letters: letters.length, verdicts };
  });
}
