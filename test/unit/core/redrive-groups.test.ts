import { expect, it } from "vitest";
import type { PlannedRedrive } from "../../../src/core/redrive.js";
import { groupPlan } from "../../../src/core/redrive-groups.js";

function planned(changes: Partial<PlannedRedrive>): PlannedRedrive {
  return {
    messageId: "m",
    eventId: "e",
    clientId: "client-1",
    groupId: "g",
    verdict: "would-pass",
    action: "send",
    ...changes,
  };
}

it("counts the verdicts of each group, in the plan's order", () => {
  const plan = [
    planned({ groupId: "b" }),
    planned({ groupId: "a", verdict: "still-invalid" }),
    planned({ groupId: "b", verdict: "behind-newer", clientId: "client-2" }),
    planned({ groupId: "b" }),
  ];
  expect(groupPlan(plan)).toEqual([
    { groupId: "b", clientId: null, letters: 3, verdicts: { "would-pass": 2, "behind-newer": 1 } },
    { groupId: "a", clientId: "client-1", letters: 1, verdicts: { "still-invalid": 1 } },
  ]);
});
