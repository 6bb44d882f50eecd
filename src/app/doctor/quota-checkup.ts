import { isFifoName } from "../../core/names.js";
import type { TargetSettings } from "../../core/settings.js";
import { type Checkup, type Diagnosis, diagnosisOf } from "./check.js";
import type { Connect, DoctorConnection } from "./doctor-world.js";

/** FIFO topics of one account in one region ("Amazon SNS endpoints and quotas"). */
const MAX_FIFO_TOPICS = 1000;
/** Subscriptions of one FIFO topic (the same page). */
const MAX_SUBSCRIPTIONS = 100;
/** Messages of one FIFO queue that are received and not deleted ("Amazon SQS message quotas"). */
const MAX_IN_FLIGHT = 120_000;
const WARNED_SHARE = 0.8;
/** An account may have 100,000 topics, and 100 come a call. */
const MAX_PAGES = 60;

/** What AWS allows an account or a resource to have, counted. */
export interface QuotaCounts {
  fifoTopics: number;
  /** There are more topics than were counted. */
  isCut: boolean;
  subscriptions: { clientId: string; count: number }[];
  inFlight: number;
}

/** How near the stack is to what AWS allows. */
export function quotaCheckup(connect: Connect, target: TargetSettings, needs: string[]): Checkup {
  return {
    id: "quotas",
    title: "Quotas",
    needs,
    async look() {
      if (target.kind !== "aws") return { status: "skipped", detail: "only AWS has quotas" };
      const { diagnostics, clients, ingress } = connect();
      const subscriptions: QuotaCounts["subscriptions"] = [];
      for (const { clientId, topicArn } of await clients.list()) {
        subscriptions.push({ clientId, count: await diagnostics.countSubscriptions(topicArn) });
      }
      const { inFlight } = await ingress.depth();
      return quotaDiagnosis({ ...(await countTopics(diagnostics)), subscriptions, inFlight });
    },
  };
}

async function countTopics({ topicPages }: DoctorConnection["diagnostics"]) {
  let fifoTopics = 0;
  let pages = 0;
  for await (const arns of topicPages()) {
    fifoTopics += arns.filter(isFifoName).length;
    pages += 1;
    if (pages === MAX_PAGES) return { fifoTopics, isCut: true };
  }
  return { fifoTopics, isCut: false };
}

export function quotaDiagnosis({ fifoTopics, isCut, subscriptions, inFlight }: QuotaCounts): Diagnosis {
  const found = [
    usage(
      `${isCut ? "at least " : ""}${fifoTopics} FIFO topics in this account and region`,
      fifoTopics,
      MAX_FIFO_TOPICS,
    ),
    ...subscriptions.map(({ clientId, count }) =>
      usage(`${count} subscriptions of the topic of ${clientId}`, count, MAX_SUBSCRIPTIONS),
    ),
    usage(`${inFlight} messages of the ingress queue in flight`, inFlight, MAX_IN_FLIGHT),
  ].filter((finding) => finding !== undefined);
  const well = `${isCut ? "at least " : ""}${fifoTopics} of ${MAX_FIFO_TOPICS} FIFO topics; no client topic near ${MAX_SUBSCRIPTIONS} subscriptions`;
  const hint = "Ask for a higher quota in the Service Quotas console, or move clients to another account.";
  return { ...diagnosisOf(found, well, hint), blocks: false };
}

function usage(text: string, count: number, quota: number): { status: "warn" | "fail"; text: string } | undefined {
  if (count < quota * WARNED_SHARE) return undefined;
  return { status: count >= quota ? "fail" : "warn", text: `${text}, ${quota} are allowed` };
}
