import type { ClientSettings, Settings } from "../core/settings.js";
import { isCallError } from "../ports/call.js";
import type { ClientRegistry } from "../ports/client-registry.js";

/** Every client that is registered, and the config's others. What is registered wins: an operator may have changed it since. */
export async function clientsOfStack(
  clients: Pick<ClientRegistry, "list">,
  settings: Settings,
): Promise<ClientSettings[]> {
  const registered = await listRegistered(clients);
  const known = new Set(registered.map(({ id }) => id));
  return [...registered, ...settings.clients.filter(({ id }) => !known.has(id))];
}

/** None before the registry's table exists. */
async function listRegistered(clients: Pick<ClientRegistry, "list">): Promise<ClientSettings[]> {
  try {
    const records = await clients.list();
    return records
      .map(({ clientId, allowedTypes, active, poisonPolicy }) => ({ id: clientId, allowedTypes, active, poisonPolicy }))
      .sort((left, right) => (left.id < right.id ? -1 : 1));
  } catch (error) {
    if (isCallError(error) && error.kind === "not-found") return [];
    throw error;
  }
}
