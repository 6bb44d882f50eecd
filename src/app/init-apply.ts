import { chunksOf } from "../core/chunks.js";
import { EvpError } from "../core/errors.js";
import type { DesiredResource } from "../core/stack-plan.js";
import type { Difference } from "../core/stack-plan-differences.js";
import type { ApplyResult, Inspection, Provisioner } from "../ports/provisioner.js";

/** What was done about one resource, or would be done by a run that is not dry. */
export interface ResourceReport {
  kind: DesiredResource["kind"];
  name: string;
  action: "created" | "unchanged" | "updated" | "skipped";
  /** What has drifted, or what the target lacks. */
  detail?: string;
}

/** A resource of the plan and how it stands. */
interface Inspected {
  resource: DesiredResource;
  inspection: Inspection;
}

/** Resources asked about at once. */
const INSPECTED_AT_ONCE = 10;

/**
 * Looks at every resource of a plan, and then makes and mends them in its order. Throws an EvpError of category
 * `findings`, before anything is changed, when one differs where it cannot be changed or belongs to somebody else.
 */
export async function applyPlan(
  provisioner: Provisioner,
  plan: DesiredResource[],
  { dryRun }: { dryRun: boolean },
): Promise<ResourceReport[]> {
  const inspected: Inspected[] = [];
  for (const resources of chunksOf(plan, INSPECTED_AT_ONCE)) {
    inspected.push(...(await Promise.all(resources.map((resource) => inspect(provisioner, resource)))));
  }
  refuseConflicts(inspected);
  const reports: ResourceReport[] = [];
  for (const one of inspected) reports.push(await apply(provisioner, one, dryRun));
  return reports;
}

/** What the target is known to lack is not asked for. */
async function inspect(provisioner: Provisioner, resource: DesiredResource): Promise<Inspected> {
  const inspection: Inspection =
    notOffered(resource) === undefined ? await provisioner.inspect(resource) : { state: "matches" };
  return { resource, inspection };
}

function notOffered(resource: DesiredResource): string | undefined {
  return resource.kind === "time-to-live" ? resource.notOffered : undefined;
}

function refuseConflicts(inspected: Inspected[]): void {
  const conflicts = inspected.flatMap(({ resource, inspection }) =>
    inspection.state === "conflict"
      ? inspection.differences.map((difference) => conflictText(resource, difference))
      : [],
  );
  if (conflicts.length === 0) return;
  throw new EvpError(conflicts.join("; "), {
    code: "stack-conflict",
    category: "findings",
    hint: "Nothing was changed. Remove that resource, or name another one in the config (to take over one that exists, name it there).",
  });
}

function conflictText({ kind, name }: DesiredResource, { attribute, wanted, found }: Difference): string {
  return `${kind} ${name}: ${attribute} is ${found}, must be ${wanted}, and cannot be changed`;
}

async function apply(
  provisioner: Provisioner,
  { resource, inspection }: Inspected,
  dryRun: boolean,
): Promise<ResourceReport> {
  const { kind, name } = resource;
  const lacking = notOffered(resource);
  if (lacking !== undefined) return { kind, name, action: "skipped", detail: lacking };
  if (inspection.state === "absent") {
    const { skipped } = dryRun ? NOTHING_SKIPPED : await provisioner.create(resource);
    return { kind, name, ...outcomeOf("created", 1, skipped) };
  }
  if (inspection.state !== "drifted") return { kind, name, action: "unchanged" };
  const { differences } = inspection;
  const { skipped } = dryRun ? NOTHING_SKIPPED : await provisioner.update(resource, differences);
  return { kind, name, ...outcomeOf("updated", differences.length, skipped, differences.map(driftText)) };
}

const NOTHING_SKIPPED: ApplyResult = { skipped: [] };

/** A resource of which nothing could be done is skipped; one of which a part could not says which. */
function outcomeOf(
  action: "created" | "updated",
  changeCount: number,
  skipped: string[],
  drift: string[] = [],
): Pick<ResourceReport, "action" | "detail"> {
  const lacking = skipped.map((feature) => `not offered by this target: ${feature}`);
  if (skipped.length >= changeCount) return { action: "skipped", detail: lacking.join("; ") };
  const detail = [...drift, ...lacking].join("; ");
  return detail === "" ? { action } : { action, detail };
}

function driftText({ attribute, wanted, found }: Difference): string {
  return `${attribute} was ${found}, is to be ${wanted}`;
}
