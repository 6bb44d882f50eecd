import { entrySteps } from "../steps.js";
import type { Observer } from "../wire.js";
import { type Counts, pairName } from "./coverage.js";

/** Counts each fault at the step that it struck. */
export function createFaultCounter(counts: Counts): Observer {
  const hit = (fault: string, step: string) => {
    const name = pairName(fault, step);
    counts[name] = (counts[name] ?? 0) + 1;
  };
  return {
    begun(call, faults) {
      const { fate, step, command, run } = call;
      if (fate.fault !== undefined) hit(fate.fault, step);
      if (!faults.some((fault) => fault !== undefined)) return;
      const steps = entrySteps(command, run);
      for (const [index, fault] of faults.entries()) if (fault !== undefined) hit(fault, steps[index] ?? step);
    },
  };
}
