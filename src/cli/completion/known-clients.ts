import type { Settings } from "../../core/settings.js";
import type { CliContext } from "../context.js";
import { openNameCache } from "./name-cache.js";

/** Longer, nobody waits for a list. What is far away is waited for a little longer, which happens once in a while. */
const PATIENCE_MS = { local: 400, endpoint: 1000, aws: 1000 };

/**
 * The clients of the stack's registry, where the stack can be asked: an embedded one that does not run is not started. They are kept for
 * a while, since loading what it takes to ask takes longer than all else; where the answer does not come in time, what was known before.
 */
export async function knownClients(context: CliContext, settings: Settings): Promise<string[]> {
  const endpoint = await endpointOf(context, settings);
  if (endpoint === "not-running") return [];
  const cache = openNameCache(context, settings);
  const kept = await cache.read();
  if (kept?.isFresh === true) return kept.names;
  const asked = await Promise.race([
    askRegistry(context, settings, endpoint).catch(() => undefined),
    context.clock.sleep(PATIENCE_MS[settings.target.kind]).then(() => undefined),
  ]);
  const names = asked ?? kept?.names ?? [];
  await cache.write(names);
  return names;
}

/** Where the embedded stack is reached; undefined for a stack elsewhere. */
async function endpointOf({ localStack }: CliContext, { target }: Settings): Promise<string | undefined> {
  if (target.kind !== "local") return undefined;
  return (await localStack.status(target.stateDir)).endpoint ?? "not-running";
}

async function askRegistry(context: CliContext, settings: Settings, endpoint: string | undefined): Promise<string[]> {
  const connection = await context.connect(settings, endpoint);
  try {
    return (await connection.clients.list()).map(({ clientId }) => clientId);
  } finally {
    connection.close();
  }
}
