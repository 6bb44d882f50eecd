import { describe, expect } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { Settings } from "../../src/core/settings.js";
import { planClientsTable, planEventsTable, planProducersTable } from "../../src/core/stack-plan-tables.js";
import type { Clock } from "../../src/ports/clock.js";
import type { StackConnection } from "../../src/ports/stack-connection.js";
import { emptyTable } from "./aws-empty-table.js";
import { contractTarget } from "./aws-target.js";
import { clientRegistryContract } from "./client-registry-contract.js";
import { journalBlockedContract } from "./journal-blocked-contract.js";
import { newerEventsContract, rejectionsContract } from "./journal-browsing-contract.js";
import { storedEventsContract } from "./journal-events-contract.js";
import { NOON } from "./journal-facts.js";
import { journalFactsContract } from "./journal-facts-contract.js";
import { journalInsertsContract } from "./journal-inserts-contract.js";
import { journalLimitsContract } from "./journal-limits-contract.js";
import { journalLocksContract } from "./journal-locks-contract.js";
import { journalProcessorsContract } from "./journal-processors-contract.js";
import { producerRegistryContract } from "./producer-registry-contract.js";
import { rulesOn } from "./rule.js";

const target = contractTarget("t");
const TWO_HOURS_MS = 2 * 60 * 60 * 1000;
const NO_INDEXES: Settings["journal"] = { retentionDays: 30, replayIndex: false, rejectionIndex: false };
/** Two hours after the facts. */
const clock: Clock = { ...systemClock, now: () => NOON + TWO_HOURS_MS };

/** A table of these rules' own, made when it is first asked for and emptied for each of them. */
function tableOpener(plan: typeof planEventsTable, changes: Partial<Settings> = {}) {
  let opened: { connection: StackConnection; table: ReturnType<typeof planEventsTable> } | undefined;
  return async (): Promise<StackConnection> => {
    target.need("dynamodb");
    if (opened === undefined) {
      const { connection, settings } = target.open(changes, clock);
      const table = plan(settings, await connection.identity());
      await connection.provisioner.create(table);
      opened = { connection, table };
    }
    await emptyTable(target.services(), opened.table);
    return opened.connection;
  };
}

describe("the journal in DynamoDB", () => {
  const openTable = tableOpener(planEventsTable);
  const open = async () => (await openTable()).journal;

  journalInsertsContract(open);
  journalFactsContract(open);
  journalLimitsContract(open);
  journalLocksContract(open);
  journalBlockedContract(open);
  journalProcessorsContract(open);
  newerEventsContract({ open, clock });
  storedEventsContract({ open, clock });
  rejectionsContract({ open, clock });
});

describe("the journal in DynamoDB without indexes", () => {
  const openTable = tableOpener(planEventsTable, { journal: NO_INDEXES });
  const open = async () => (await openTable()).journal;

  rejectionsContract({ open, clock });
  storedEventsContract({ open, clock });
  journalBlockedContract(open);

  rulesOn(open)("cannot tell whether a group has newer events", "Scan", async (journal) => {
    const group = { clientId: "client-1", groupId: "g", sequence: "1", since: NOON };
    expect(await journal.hasNewer(group)).toBeUndefined();
  });
});

describe("the client registry in DynamoDB", () => {
  const openTable = tableOpener(planClientsTable);

  clientRegistryContract(async () => (await openTable()).clients);
});

describe("the producer registry in DynamoDB", () => {
  const openTable = tableOpener(planProducersTable);

  producerRegistryContract(async () => (await openTable()).producers);
});
