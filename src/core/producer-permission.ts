import type { ProducerRecord } from "./producer.js";

/** Stands for all clients, or all types. */
export const ANY = "*";

export type ProducerDecision = { allowed: true } | { allowed: false; detail: string };

/** Whether this producer may send an event of this type for this client. `producer`: somebody who is registered and active */
export function decideProducer(
  { producerId, allowedClients, allowedTypes }: ProducerRecord,
  { clientId, type }: { clientId: string; type: string },
): ProducerDecision {
  if (!covers(allowedClients, clientId)) return refuse(`producer ${producerId} may not send for client ${clientId}`);
  if (!covers(allowedTypes, type)) return refuse(`producer ${producerId} may not send events of type ${type}`);
  return { allowed: true };
}

/** The one that a producer is bound to; undefined where it is bound to none or to several. */
export function onlyOne(allowed: readonly string[]): string | undefined {
  const [only, ...others] = allowed;
  return others.length === 0 && only !== ANY ? only : undefined;
}

function covers(allowed: readonly string[], wanted: string): boolean {
  return allowed.includes(ANY) || allowed.includes(wanted);
}

function refuse(detail: string): ProducerDecision {
  return { allowed: false, detail };
}
