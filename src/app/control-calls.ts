import { isCallError } from "../ports/call.js";
import type { ClientRegistry } from "../ports/client-registry.js";
import type { Clock } from "../ports/clock.js";
import type { Provisioner } from "../ports/provisioner.js";
import { retryCall } from "./retry-call.js";

/** A connection that breaks was there a moment ago. What is refused, not found by its name or silent is not tried again: whoever mistyped an endpoint is to learn it at once. */
const BROKEN_CONNECTION_CODES = new Set(["ECONNABORTED", "ECONNRESET", "EPIPE"]);

/**
 * Makes a call about the stack itself, again with growing pauses while it is throttled, fails inside the service or loses its
 * connection. Only for calls that may be made twice. Rejects with what the last attempt threw.
 */
export async function controlCall<Answer>(clock: Clock, call: () => Promise<Answer>): Promise<Answer> {
  const outcome = await retryCall(clock, undefined, async () => {
    try {
      return { answer: await call() };
    } catch (error) {
      if (isNobodyThere(error)) return { error };
      throw error;
    }
  });
  if ("error" in outcome) throw outcome.error;
  return outcome.answer;
}

function isNobodyThere(error: unknown): boolean {
  return isCallError(error) && error.kind === "unreachable" && !BROKEN_CONNECTION_CODES.has(error.fault.code);
}

/** A provisioner that does not give up at the first failure: what it does to a resource can be begun again. */
export function persistentProvisioner(provisioner: Provisioner, clock: Clock): Provisioner {
  return {
    inspect: (resource) => controlCall(clock, () => provisioner.inspect(resource)),
    create: (resource) => controlCall(clock, () => provisioner.create(resource)),
    update: (resource, differences) => controlCall(clock, () => provisioner.update(resource, differences)),
    remove: (resource) => controlCall(clock, () => provisioner.remove(resource)),
  };
}

/** A registry that does not give up at the first failure. A write whose answer was lost may tell that somebody else was faster. */
export function persistentClients(clients: ClientRegistry, clock: Clock): ClientRegistry {
  return {
    get: (clientIds) => controlCall(clock, () => clients.get(clientIds)),
    list: () => controlCall(clock, () => clients.list()),
    put: (client, expected) => controlCall(clock, () => clients.put(client, expected)),
    remove: (clientId) => controlCall(clock, () => clients.remove(clientId)),
  };
}
