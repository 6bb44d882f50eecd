import type { ClientRecord } from "../../core/client.js";
import { EvpError } from "../../core/errors.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import { findClient } from "../client.js";
import { persistentClients } from "../control-calls.js";

/** Which clients to watch: those named, or all there are. */
export type ClientChoice = { clientIds: string[] } | { all: true };

/** The records of the chosen clients, each once. @throws EvpError (not-found) for one that is not registered, or when there is none at all */
export async function chooseClients(
  ports: { clients: ClientRegistry; clock: Clock },
  choice: ClientChoice,
): Promise<ClientRecord[]> {
  const clients = persistentClients(ports.clients, ports.clock);
  if ("clientIds" in choice) {
    const records: ClientRecord[] = [];
    for (const clientId of new Set(choice.clientIds)) records.push(await findClient(clients, clientId));
    return records;
  }
  const records = await clients.list();
  if (records.length > 0) return records.sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
  throw new EvpError("no client is registered, so there is nothing to watch", {
    code: "no-clients",
    category: "not-found",
    hint: "Register one with evp client add.",
  });
}
