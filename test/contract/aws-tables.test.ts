import { describe } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { Settings } from "../../src/core/settings.js";
import { planStack } from "../../src/core/stack-plan.js";
import type { Clock } from "../../src/ports/clock.js";
import { servedTarget } from "./aws-target.js";
import { clientRegistryContract } from "./client-registry-contract.js";
import { journalContract } from "./journal-contract.js";
import { NOON } from "./journal-facts.js";

const target = servedTarget();
const account = { account: "000000000000", region: "us-east-1" };

/** A stack of which the tables alone are made. */
async function openTables(changes: Partial<Settings> = {}, clock: Clock = systemClock) {
  const { connection, settings } = target.open(changes, clock);
  for (const resource of planStack(settings, account, [])) {
    if (resource.kind === "table") await connection.provisioner.create(resource);
  }
  return connection;
}

const atNoon: Clock = { ...systemClock, now: () => NOON + 2 * 60 * 60 * 1000 };

describe("the journal in DynamoDB", () => {
  journalContract(
    async (clock) => (await openTables({}, clock)).journal,
    () => atNoon,
  );
});

describe("the client registry in DynamoDB", () => {
  clientRegistryContract(async () => (await openTables()).clients);
});
