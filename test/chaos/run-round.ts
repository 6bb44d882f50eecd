import type { Battlefield } from "./battlefield.js";
import type { FaultPlan } from "./fault-plan.js";
import type { RoundResult } from "./round-result.js";

/** What a round says about itself besides what the auditor and the ledger say. */
interface Account {
  notes: string[];
  findings: string[];
}

/** Opens the field, lets the round fight on it, concludes, and ends every process whatever happened. A failed round keeps its folder. */
export async function runRound(
  { plan, field: open }: { plan: FaultPlan; field: () => Promise<Battlefield> },
  fight: (field: Battlefield) => Promise<Account>,
): Promise<RoundResult> {
  const startedAt = performance.now();
  const field = await open();
  let isKept = true;
  try {
    const account = await fight(field);
    const { messages, report, verdict, findings: found } = await field.conclude();
    const findings = [...account.findings, ...found];
    isKept = findings.length > 0;
    const seconds = (performance.now() - startedAt) / 1000;
    const { notes } = account;
    return { notes, messages, report, verdict, findings, faults: plan.counts, seconds, folder: field.folder };
  } catch (error) {
    throw new Error(`the round was not finished (home kept: ${field.folder})`, { cause: error });
  } finally {
    await field.end(isKept);
  }
}
