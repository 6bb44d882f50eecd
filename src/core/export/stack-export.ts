import type { Settings } from "../settings.js";
import { type DesiredResource, type DesiredTable, planStack } from "../stack-plan.js";
import { queueArn } from "../stack-plan-arns.js";
import { type Alarm, functionAlarms, stackAlarms } from "./alarms.js";
import { type FunctionPlan, planFunction } from "./function-plan.js";
import { ANYWHERE, type ExportPlace } from "./place.js";
import { type ResourceId, resourceIds } from "./resource-ids.js";
import { planRoles, type RolePlan } from "./role-plan.js";

/** What is exported of a stack, whatever the language: the plan that `evp init` applies, and what running it takes besides. */
export interface StackExport {
  settings: Settings;
  place: ExportPlace;
  /** For {@link ANYWHERE}. */
  plan: DesiredResource[];
  idOf(resource: DesiredResource): ResourceId;
  roles: RolePlan[];
  alarms: Alarm[];
  /** The function that processes events, where one is wanted beside the choice of another processor. */
  function: FunctionPlan | undefined;
}

interface ExportOptions {
  place: ExportPlace;
  withFunction: boolean;
}

/**
 * Plans an export, which is always of a stack on AWS, whatever the target of the settings. Throws an EvpError of category
 * `usage` when names cannot stand beside each other.
 */
export function planExport(given: Settings, { place, withFunction }: ExportOptions): StackExport {
  const settings: Settings = { ...given, target: { kind: "aws", name: "aws" } };
  const clientIds = settings.clients.map(({ id }) => id);
  const plan = planStack(settings, ANYWHERE, settings.clients);
  const functionPlan = withFunction ? planFunction(settings) : undefined;
  const idOf = resourceIds(settings, clientIds);
  const ofFunction = functionPlan === undefined ? [] : functionAlarms(settings.stack, functionPlan.name);
  return {
    settings,
    place,
    plan,
    idOf,
    roles: planRoles(settings, clientIds),
    alarms: [...stackAlarms(settings, { plan, idOf, clientIds }), ...ofFunction],
    function: functionPlan,
  };
}

/** The resources of a plan that have an ARN, by it. */
export function resourcesByArn(plan: DesiredResource[]): Map<string, DesiredResource> {
  return new Map(
    plan.flatMap((resource) => {
      const arn = arnOf(resource);
      return arn === undefined ? [] : [[arn, resource] as const];
    }),
  );
}

function arnOf(resource: DesiredResource): string | undefined {
  if (resource.kind === "queue") return queueArn(ANYWHERE, resource.name);
  return resource.kind === "topic" || resource.kind === "table" ? resource.arn : undefined;
}

/**
 * Every resource with the ARNs that it may refer to: of those that come before it in the plan, so that no two ever wait for
 * each other, as the ingress queue and its DLQ would.
 */
export function withReferences(plan: DesiredResource[]): { resource: DesiredResource; known: Set<string> }[] {
  const known = new Set<string>();
  return plan.map((resource) => {
    const before = new Set(known);
    const arn = arnOf(resource);
    if (arn !== undefined) known.add(arn);
    return { resource, known: before };
  });
}

/** What the queue is called that events are taken from. */
export function ingressId({ plan, settings, idOf }: StackExport): ResourceId {
  const ingress = plan.find(({ kind, name }) => kind === "queue" && name === settings.names.ingressQueue);
  if (ingress === undefined) throw new Error("a stack has an ingress queue");
  return idOf(ingress);
}

/** What is declared with a table, wherever the plan has it. */
export function tableParts({ plan }: StackExport, { name, key, indexes }: DesiredTable) {
  const keys = [key, ...indexes.map((index) => index.key)].flat();
  const parts = plan.filter((resource) => resource.name === name);
  return {
    /** Type of each attribute that a key is made of, by its name. */
    types: new Map(keys.map((attribute) => [attribute.name, attribute.type])),
    ttl: parts.find((part) => part.kind === "time-to-live"),
    isRecoverable: parts.some((part) => part.kind === "point-in-time-recovery"),
  };
}
