import { describe } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { Clock } from "../../src/ports/clock.js";
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
import { type PostgresTarget, storeOpener } from "./postgres-target.js";
import { producerRegistryContract } from "./producer-registry-contract.js";

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;
/** Two hours after the facts. */
const clock: Clock = { ...systemClock, now: () => NOON + TWO_HOURS_MS };

/** All that evp's ports promise of a store, on one database. */
export function postgresContract(target: PostgresTarget): void {
  describe("a store in PostgreSQL", () => {
    const openStore = storeOpener(target, "Contract-1", clock);

    describe("the journal in PostgreSQL", () => {
      const open = async () => (await openStore("clients")).journal;

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

    describe("the registries in PostgreSQL", () => {
      clientRegistryContract(async () => (await openStore("nothing")).clients);
      producerRegistryContract(async () => (await openStore("nothing")).producers);
    });
  });
}
