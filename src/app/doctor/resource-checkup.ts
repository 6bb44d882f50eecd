import { chunksOf } from "../../core/chunks.js";
import type { Settings } from "../../core/settings.js";
import { type DesiredResource, planStack } from "../../core/stack-plan.js";
import type { Inspection } from "../../ports/provisioner.js";
import { clientsOfStack } from "../init-clients.js";
import { type Checkup, type Diagnosis, diagnosisOf } from "./check.js";
import type { Connect, DoctorConnection } from "./doctor-world.js";

/** Resources asked about at once. */
const INSPECTED_AT_ONCE = 10;

/** Every resource of the stack beside what evp init would make of it; nothing is changed. */
export function resourceCheckup(connect: Connect, settings: Settings, needs: string[]): Checkup {
  return {
    id: "resources",
    title: "Resources",
    needs,
    async look() {
      const connection = connect();
      const { account, region } = await connection.diagnostics.caller();
      const clients = await clientsOfStack(connection.clients, settings);
      const plan = planStack(settings, { account, region }, clients);
      return resourceDiagnosis(await inspectAll(connection, plan));
    },
  };
}

interface Inspected {
  resource: DesiredResource;
  inspection: Inspection;
}

async function inspectAll({ provisioner }: DoctorConnection, plan: DesiredResource[]): Promise<Inspected[]> {
  const wanted = plan.filter((resource) => resource.kind !== "time-to-live" || resource.notOffered === undefined);
  const inspected: Inspected[] = [];
  for (const resources of chunksOf(wanted, INSPECTED_AT_ONCE)) {
    const inspections = await Promise.all(
      resources.map(async (resource) => ({ resource, inspection: await provisioner.inspect(resource) })),
    );
    inspected.push(...inspections);
  }
  return inspected;
}

/** Features of a table that emulators lack, and that nothing breaks without. */
const OPTIONAL: ReadonlySet<DesiredResource["kind"]> = new Set(["time-to-live", "point-in-time-recovery"]);

export function resourceDiagnosis(inspected: Inspected[]): Diagnosis {
  const needed = inspected.filter(({ resource }) => !OPTIONAL.has(resource.kind));
  if (needed.every(({ inspection }) => inspection.state === "absent")) {
    return { status: "fail", detail: "the stack is not there", hint: "Run evp init." };
  }
  const found = inspected.flatMap(findings);
  const hasConflict = inspected.some(({ inspection }) => inspection.state === "conflict");
  const hint = hasConflict
    ? "Remove what is in the way, or name another resource in the config; evp init --dry-run tells more."
    : "evp init --dry-run shows what would be done, evp init does it.";
  // A stack that is only partly there is still worth looking at.
  return { ...diagnosisOf(found, `${inspected.length} as planned`, hint), blocks: false };
}

function findings({ resource, inspection }: Inspected): { status: "warn" | "fail"; text: string }[] {
  const name = `${resource.kind.replaceAll("-", " ")} ${resource.name}`;
  switch (inspection.state) {
    case "matches":
      return [];
    case "absent":
      return OPTIONAL.has(resource.kind)
        ? [{ status: "warn", text: `${name} is off, or this target does not offer it` }]
        : [{ status: "fail", text: `${name} is missing` }];
    case "drifted":
      return inspection.differences.map(({ attribute, found, wanted }) => ({
        status: "warn",
        text: `${name}: ${attribute} is ${found}, planned is ${wanted}`,
      }));
    case "conflict":
      return inspection.differences.map(({ attribute, found, wanted }) => ({
        status: "fail",
        text: `${name}: ${attribute} is ${found}, must be ${wanted}, and cannot be changed`,
      }));
  }
}
