import { describe } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { DesiredResource } from "../../src/core/stack-plan.js";
import { planStack } from "../../src/core/stack-plan.js";
import { contractTarget } from "./aws-target.js";
import { only, type PlannedStack } from "./planned-stack.js";
import { provisionerContract } from "./provisioner-contract.js";

const target = contractTarget("p");
const CLIENT = { id: "client-1", allowedTypes: ["transaction"], active: true };
const MESSAGING = new Set<DesiredResource["kind"]>(["queue", "queue-policy", "topic", "subscription"]);
const TABLES = new Set<DesiredResource["kind"]>(["table", "time-to-live", "point-in-time-recovery"]);

async function openMessaging(): Promise<PlannedStack> {
  target.need("sqs", "sns");
  return only(await planned(), ({ kind }) => MESSAGING.has(kind));
}

async function openTables(): Promise<PlannedStack> {
  target.need("dynamodb");
  return only(await planned(), ({ kind }) => TABLES.has(kind));
}

async function openWhole(): Promise<PlannedStack> {
  target.need("sqs", "sns", "dynamodb");
  return planned();
}

async function planned(): Promise<PlannedStack> {
  const { connection, settings } = target.open();
  const plan = planStack(settings, await connection.identity(), [CLIENT]);
  const isOffered = (resource: DesiredResource) =>
    resource.kind !== "time-to-live" || resource.notOffered === undefined;
  return { connection, plan: plan.filter(isOffered), clock: systemClock };
}

describe("resources of AWS", () => {
  provisionerContract({ openMessaging, openTables, openWhole });
});
