import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { Settings } from "../../src/core/settings.js";
import { planStack } from "../../src/core/stack-plan.js";
import type { Clock } from "../../src/ports/clock.js";
import { servedTarget } from "./aws-target.js";
import { clientRegistryContract } from "./client-registry-contract.js";
import { journalContract, rejectionsContract } from "./journal-contract.js";
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

describe("the journal in DynamoDB", () => {
  journalContract(async (clock) => (await openTables({}, clock)).journal);
  rejectionsContract(async (clock) => (await openTables({}, clock)).journal);
});

describe("the journal in DynamoDB without indexes", () => {
  const journal = { retentionDays: 30, replayIndex: false, rejectionIndex: false };
  rejectionsContract(async (clock) => (await openTables({ journal }, clock)).journal);

  it("cannot tell whether a group has newer events", async () => {
    const connection = await openTables({ journal });
    const group = { clientId: "client-1", groupId: "g", sequence: "1", since: NOON };
    expect(await connection.journal.hasNewer(group)).toBeUndefined();
  });
});

describe("the client registry in DynamoDB", () => {
  clientRegistryContract(async () => (await openTables()).clients);
});
