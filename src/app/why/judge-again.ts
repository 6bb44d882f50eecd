import { isEvpError } from "../../core/errors.js";
import type { Examine } from "../../core/examine.js";
import type { RejectedFact } from "../../core/facts.js";
import type { Reason, Rejection } from "../../core/outcome.js";
import { decidePermission } from "../../core/permission.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import { controlCall } from "../control-calls.js";
import type { JudgedNow } from "./event-life.js";

export interface JudgePorts {
  clients: Pick<ClientRegistry, "get">;
  clock: Clock;
  /** Compiles the stack's schemas, so that it is called only where something is to be judged. @throws EvpError (usage) */
  createExaminer: () => Promise<Examine>;
}

/** About another message, or the topic: judging this one again tells nothing. */
const NOT_ABOUT_ITSELF = new Set<Reason>(["id-conflict", "delivery-refused"]);

/**
 * Judges a rejected message once more, by the schemas, the mapping and the registry of now.
 * @returns undefined where that could tell nothing
 */
export async function judgeAgain(ports: JudgePorts, fact: RejectedFact): Promise<JudgedNow | undefined> {
  if (NOT_ABOUT_ITSELF.has(fact.reason)) return undefined;
  if (Buffer.byteLength(fact.body) < fact.bodyBytes) {
    return untold("the journal keeps only the beginning of its body");
  }
  try {
    const rejection = await findRejection(ports, fact);
    if (rejection === undefined) return { passes: true, reason: null, detail: null, isChanged: true };
    // What it said then may begin with a doubt.
    const isSame = rejection.reason === fact.reason && fact.detail.endsWith(rejection.detail);
    return { passes: false, ...rejection, isChanged: !isSame };
  } catch (error) {
    if (isEvpError(error)) return untold(error.message);
    throw error;
  }
}

function untold(detail: string): JudgedNow {
  return { passes: null, reason: null, detail, isChanged: false };
}

async function findRejection(
  ports: JudgePorts,
  { body, envelope: known, messageId }: RejectedFact,
): Promise<Pick<Rejection, "reason" | "detail"> | undefined> {
  const { clients, clock, createExaminer } = ports;
  const examine = await createExaminer();
  const examined = examine({ body, attributes: {}, receivedAt: clock.now(), beside: { known, messageId } });
  if (!examined.ok) return told(examined.rejection);
  const { clientId, type } = examined.event;
  const records = await controlCall(clock, () => clients.get([clientId]));
  const decision = decidePermission(clientId, type, records.get(clientId));
  return decision.allowed ? undefined : told(decision.rejection);
}

function told({ reason, detail }: Rejection): Pick<Rejection, "reason" | "detail"> {
  return { reason, detail };
}
