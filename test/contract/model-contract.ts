import { describe } from "vitest";
import { journalFactsContract } from "./journal-facts-contract.js";
import { journalInsertsContract } from "./journal-inserts-contract.js";
import type { ModelTarget } from "./model-target.js";
import { publisherContract } from "./publisher-contract.js";
import { fifoQueueContract } from "./queue-contract.js";
import { queueWindowsContract, topicWindowsContract } from "./windows-contract.js";

/** The contracts of the ports, as far as every stack in memory has them, and what takes too long to be checked elsewhere. */
export function modelContract(target: ModelTarget): void {
  const openJournal = async () => (await target.openConnection()).journal;

  describe("its FIFO queues", () => {
    fifoQueueContract(target);
    queueWindowsContract(target);
  });

  describe("its FIFO topics", () => {
    publisherContract(target.openTopic);
    topicWindowsContract(target.openTopic, target.clock);
  });

  describe("its journal", () => {
    journalInsertsContract(openJournal);
    journalFactsContract(openJournal);
  });
}
