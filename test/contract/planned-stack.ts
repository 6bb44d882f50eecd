import { expect } from "vitest";
import type { DesiredResource } from "../../src/core/stack-plan.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Inspection } from "../../src/ports/provisioner.js";
import type { StackConnection } from "../../src/ports/stack-connection.js";
import { eventually } from "./eventually.js";

/** A stack that does not exist yet. */
export interface PlannedStack {
  connection: StackConnection;
  /** What it is to have, in the order in which it can be created. */
  plan: DesiredResource[];
  /** The time that passes on the target. */
  clock: Clock;
}

/** Where a contract's stacks are planned. */
export interface ProvisionerTarget {
  /** Queues, topics and subscriptions. */
  openMessaging(): Promise<PlannedStack>;
  /** Tables, and what belongs to them. */
  openTables(): Promise<PlannedStack>;
  /** All of it, and a client's record. */
  openWhole(): Promise<PlannedStack>;
}

type Kind = DesiredResource["kind"];
type OfKind<K extends Kind> = Extract<DesiredResource, { kind: K }>;

/** Creates everything. @returns the stack as far as the target offers it: without what it has skipped */
export async function createAll(stack: PlannedStack): Promise<PlannedStack> {
  const plan: DesiredResource[] = [];
  for (const resource of stack.plan) {
    const { skipped } = await stack.connection.provisioner.create(resource);
    if (skipped.length === 0) plan.push(resource);
  }
  return { ...stack, plan };
}

/** Waits until every resource is in that state: AWS shows some changes only later, and a queue that was deleted for up to a minute ("DeleteQueue"). */
export async function expectAll({ connection, plan, clock }: PlannedStack, state: "absent" | "matches"): Promise<void> {
  await eventually(clock, async () => {
    const found: string[] = [];
    for (const resource of plan) {
      found.push(`${resource.kind} ${describeInspection(await connection.provisioner.inspect(resource))}`);
    }
    expect([...new Set(found)]).toEqual([...new Set(plan.map(({ kind }) => `${kind} ${state}`))]);
  });
}

/** Its state, with what differs. */
function describeInspection(inspection: Inspection): string {
  if (!("differences" in inspection)) return inspection.state;
  return `${inspection.state} in ${inspection.differences.map(({ attribute }) => attribute).join(", ")}`;
}

/** The first resource of a kind in the plan. @throws Error when there is none */
export function planned<K extends Kind>({ plan }: PlannedStack, kind: K): OfKind<K> {
  const isOfKind = (resource: DesiredResource): resource is OfKind<K> => resource.kind === kind;
  const found = plan.find(isOfKind);
  if (found === undefined) throw new Error(`the plan has no ${kind}`);
  return found;
}

/** The same stack with some of its plan. */
export function only(stack: PlannedStack, isWanted: (resource: DesiredResource) => boolean): PlannedStack {
  return { ...stack, plan: stack.plan.filter(isWanted) };
}
