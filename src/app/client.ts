import type { ClientRecord, PoisonPolicy } from "../core/client.js";
import { closestMatch } from "../core/closest-match.js";
import { EvpError } from "../core/errors.js";
import type { ClientRegistry } from "../ports/client-registry.js";

/** One entry of `evp client list --json`. */
export interface ClientView {
  clientId: string;
  active: boolean;
  allowedTypes: string[];
  /** What becomes of its events that cannot pass. */
  poisonPolicy: PoisonPolicy;
  /** ARN of its topic. */
  topic: string;
  /** Name of its queue. */
  queue: string;
}

/** The clients of the stack, by id. */
export async function listClients(clients: Pick<ClientRegistry, "list">): Promise<ClientView[]> {
  const records = await clients.list();
  return records.map(toView).sort((left, right) => (left.clientId < right.clientId ? -1 : 1));
}

export function toView(record: ClientRecord): ClientView {
  const { clientId, active, allowedTypes, poisonPolicy, topicArn, queueName } = record;
  return { clientId, active, allowedTypes, poisonPolicy, topic: topicArn, queue: queueName };
}

/** The record of a client. Throws an EvpError of category `not-found` that names the registered ones. */
export async function findClient(
  clients: Pick<ClientRegistry, "get" | "list">,
  clientId: string,
): Promise<ClientRecord> {
  const record = (await clients.get([clientId])).get(clientId);
  if (record !== undefined) return record;
  const known = (await listClients(clients)).map((client) => client.clientId);
  const meant = closestMatch(clientId, known);
  const registered = known.length === 0 ? "No client is registered." : `Registered: ${known.join(", ")}.`;
  throw new EvpError(`there is no client ${clientId}`, {
    code: "client-unknown",
    category: "not-found",
    hint: meant === undefined ? registered : `Did you mean ${meant}? ${registered}`,
  });
}
