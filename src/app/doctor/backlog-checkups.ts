import type { ProcessorReport } from "../../core/processor-report.js";
import type { Settings } from "../../core/settings.js";
import type { Clock } from "../../ports/clock.js";
import type { ServiceName } from "../../ports/diagnostics.js";
import type { QueueDepth } from "../../ports/queue.js";
import { readBlocked } from "../blocked-status.js";
import { type Checkup, type Diagnosis, diagnosisOf, warningsOf } from "./check.js";
import type { Connect, DoctorConnection } from "./doctor-world.js";

/** What the checks of the work need beside the connection. */
interface Work {
  settings: Settings;
  clock: Clock;
  /** Of the evp that looks. */
  version: string;
}

/** What waits: for a processor, for an operator, or for nobody. */
export function backlogCheckups(
  connect: Connect,
  { settings, clock, version }: Work,
  needs: (...services: ServiceName[]) => string[],
): Checkup[] {
  return [
    {
      id: "processors",
      title: "Processors",
      needs: needs("sqs", settings.store.kind),
      async look() {
        const { journal, ingress } = connect();
        return processorDiagnosis(await journal.processors(clock.now()), await ingress.depth(), version);
      },
    },
    {
      id: "dlq",
      title: "DLQ",
      needs: needs("sqs"),
      look: async () =>
        emptyDiagnosis(
          await connect().deadLetters.depth(),
          "dead letter",
          "evp dlq list shows them, evp dlq redrive sends them again.",
        ),
    },
    {
      id: "undelivered",
      title: "Undelivered",
      needs: needs("sqs"),
      look: async () =>
        emptyDiagnosis(
          await connect().queue(settings.names.undeliveredQueue).depth(),
          "message that a topic could not hand to its client's queue",
          `Mend what Resources tells of that queue (evp init), then send them again with evp replay; they lie on ${settings.names.undeliveredQueue}.`,
        ),
    },
    {
      id: "blocked-groups",
      title: "Blocked groups",
      needs: needs(settings.store.kind),
      look: () => blockedDiagnosis(connect(), clock),
    },
  ];
}

/** Whether somebody works where there is work, and how they say they are. */
export function processorDiagnosis(processors: ProcessorReport[], ingress: QueueDepth, version: string): Diagnosis {
  const waiting = ingress.visible + ingress.delayed;
  if (processors.length === 0) {
    if (waiting === 0) return { status: "ok", detail: "none runs, and nothing waits" };
    const detail = `none runs, and ${waiting} ${waiting === 1 ? "message waits" : "messages wait"}`;
    return { status: "warn", detail, hint: "Start one with evp process.", blocks: false };
  }
  const found = processors.flatMap(({ host, pid, down, stalledGroups, version: theirs }) => {
    const who = `process ${pid} on ${host}`;
    return [
      ...down.map(({ dependency, why }) => `${who}: ${dependency} does not answer (${why})`),
      ...(stalledGroups > 0 ? [`${who}: ${stalledGroups} stalled ${stalledGroups === 1 ? "group" : "groups"}`] : []),
      ...(theirs === version ? [] : [`${who} is evp ${theirs}, this is ${version}`]),
    ];
  });
  const well = `${processors.length} ${processors.length === 1 ? "runs" : "run"}; ${waiting} ${waiting === 1 ? "message waits" : "messages wait"}`;
  const hint = "evp groups tells what stalls, evp status how each processor is.";
  return warningsOf(found, well, hint);
}

/** A queue that is empty while all goes well. Counts are approximate on AWS ("GetQueueAttributes"). */
export function emptyDiagnosis({ visible, inFlight, delayed }: QueueDepth, noun: string, hint: string): Diagnosis {
  const count = visible + inFlight + delayed;
  if (count === 0) return { status: "ok", detail: "empty" };
  return { status: "warn", detail: `${count} ${count === 1 ? noun : plural(noun)}`, hint };
}

/** The first word of these is what there are several of. */
function plural(noun: string): string {
  return noun.replace(/^(message|dead letter)/, "$1s");
}

async function blockedDiagnosis({ journal }: DoctorConnection, clock: Clock): Promise<Diagnosis> {
  const blocked = await readBlocked({ journal, clock });
  const found = blocked.map(({ groupId, reason }) => ({ status: "warn" as const, text: `${groupId}: ${reason}` }));
  return diagnosisOf(found, "none", "evp status tells what each waits for, and what can be done.");
}
