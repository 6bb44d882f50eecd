import type { Step } from "../call.js";
import { pick, type Random } from "../random.js";
import { ENTRY_FAULTS, type EntryFault, type Fate } from "./fate.js";

const NONE: readonly EntryFault[] = [];
/** DynamoDB tells what it left unprocessed; there is no third way. */
const UNPROCESSED: readonly EntryFault[] = ["entry failed", "entry failed, done"];

/** What may go wrong with one entry of a step's batch call. */
export const ENTRY_FAULTS_OF: Record<Step, readonly EntryFault[]> = {
  receive: NONE,
  renew: ENTRY_FAULTS,
  release: ENTRY_FAULTS,
  delete: ENTRY_FAULTS,
  insert: ENTRY_FAULTS,
  "read journal": NONE,
  claim: NONE,
  "read client": ["entry failed"],
  publish: ENTRY_FAULTS,
  "record published": UNPROCESSED,
  "record rejected": UNPROCESSED,
  "record duplicate": UNPROCESSED,
  "dead letter": ENTRY_FAULTS,
  "note blocked": NONE,
};

/** What goes wrong with each entry of a call. */
export function drawEntryFaults(
  steps: readonly (Step | "look")[],
  { entryFaults: chance, entryError }: Pick<Fate, "entryFaults" | "entryError">,
  random: Random,
): (EntryFault | undefined)[] {
  if (entryError !== undefined) return steps.map(() => "entry failed");
  if (chance === 0) return [];
  const faults = steps.map((step) => {
    if (step === "look" || ENTRY_FAULTS_OF[step].length === 0 || random() >= chance) return undefined;
    return pick(random, ENTRY_FAULTS_OF[step]);
  });
  return steps[0] === "insert" ? cutShort(faults, random) : faults;
}

/** The answers of a batch of statements have no names: where one is missing, so are all behind it. */
function cutShort(faults: (EntryFault | undefined)[], random: Random): (EntryFault | undefined)[] {
  const cut = faults.findIndex((fault) => fault?.startsWith("entry in no list"));
  if (cut === -1) return faults;
  return faults.map((fault, index) =>
    index <= cut ? fault : pick(random, ["entry in no list", "entry in no list, done"] as const),
  );
}
