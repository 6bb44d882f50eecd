import { chunksOf } from "../../core/chunks.js";
import type { ClientRecord } from "../../core/client.js";
import { SNS_MAX_BYTES } from "../../core/limits.js";
import type { Settings } from "../../core/settings.js";
import { type Checkup, diagnosisOf } from "./check.js";
import type { Connect, DoctorConnection } from "./doctor-world.js";

/** Clients asked about at once. */
const ASKED_AT_ONCE = 10;
/** Bytes of one DynamoDB item ("Quotas in Amazon DynamoDB"). */
const MAX_ITEM_BYTES = 400 * 1024;
/** What an item holds beside the body: the envelope twice, hashes, keys, times. */
const FACT_BYTES = 8 * 1024;

/** The most bytes that each station of an event's way takes. */
export interface SizeLimits {
  maxEventBytes: number;
  ingress: number;
  deadLetters: number;
  clients: { clientId: string; topic: number; queue: number }[];
}

type Finding = { status: "warn" | "fail"; text: string };

/** Whether an event as large as the settings allow gets through every station on its way. */
export function sizeCheckup(connect: Connect, settings: Settings, needs: string[]): Checkup {
  return {
    id: "sizes",
    title: "Size limits",
    needs,
    async look() {
      const connection = connect();
      const { names, maxEventBytes } = settings;
      const records = await connection.clients.list();
      const clients: SizeLimits["clients"] = [];
      for (const some of chunksOf(records, ASKED_AT_ONCE)) {
        clients.push(...(await Promise.all(some.map((record) => clientLimits(connection, record)))));
      }
      const limits = {
        maxEventBytes,
        ingress: await queueLimit(connection, names.ingressQueue),
        deadLetters: await queueLimit(connection, names.deadLetterQueue),
        clients,
      };
      const well = `an event of ${maxEventBytes} bytes passes the ingress queue, the topics, the clients' queues, the DLQ and the journal`;
      const hint =
        "evp init mends the queues and topics of the stack; maxEventBytes in the config is what they have to hold.";
      return { ...diagnosisOf(sizeFindings(limits), well, hint), blocks: false };
    },
  };
}

/** Each station that takes less than what may come to it. */
export function sizeFindings({ maxEventBytes, ingress, deadLetters, clients }: SizeLimits): Finding[] {
  const found: (Finding | undefined)[] = [
    narrow("warn", "the ingress queue", ingress, maxEventBytes, "producers cannot send the largest events"),
    narrow("fail", "the DLQ", deadLetters, ingress, "what is rejected may not fit on it"),
    narrow("fail", "a journal item", MAX_ITEM_BYTES - FACT_BYTES, maxEventBytes, "the largest events cannot be stored"),
    ...clients.flatMap(({ clientId, topic, queue }) => [
      narrow("fail", `the topic of ${clientId}`, topic, maxEventBytes, "the largest events cannot be published"),
      narrow("fail", `the queue of ${clientId}`, queue, maxEventBytes, "the largest events are not delivered"),
    ]),
  ];
  return found.filter((finding) => finding !== undefined);
}

function narrow(
  status: Finding["status"],
  station: string,
  limit: number,
  needed: number,
  consequence: string,
): Finding | undefined {
  if (limit >= needed) return undefined;
  return { status, text: `${station} takes ${limit} bytes, and ${needed} may come: ${consequence}` };
}

async function queueLimit({ diagnostics }: DoctorConnection, name: string): Promise<number> {
  const { MaximumMessageSize } = await diagnostics.queueAttributes(name);
  return MaximumMessageSize === undefined ? Number.POSITIVE_INFINITY : Number(MaximumMessageSize);
}

/** A topic without a limit of its own has that of SNS ("Publish"). */
async function clientLimits(connection: DoctorConnection, { clientId, topicArn, queueName }: ClientRecord) {
  const [{ MaximumMessageSize }, queue] = await Promise.all([
    connection.diagnostics.topicAttributes(topicArn),
    queueLimit(connection, queueName),
  ]);
  return { clientId, topic: MaximumMessageSize === undefined ? SNS_MAX_BYTES : Number(MaximumMessageSize), queue };
}
