import type { Settings } from "../core/settings.js";
import { type DesiredResource, planStack } from "../core/stack-plan.js";
import type { Clock } from "../ports/clock.js";
import type { Removal } from "../ports/provisioner.js";
import type { StackConnection } from "../ports/stack-connection.js";
import { controlCall, persistentClients, persistentProvisioner } from "./control-calls.js";
import { clientsOfStack } from "./init-clients.js";

/** The document of `evp destroy --json`. */
interface DestroyReport {
  target: string;
  stack: string;
  resources: RemovalReport[];
}

/** `kept`: it belongs to another stack, or was there before evp. */
export interface RemovalReport {
  kind: DesiredResource["kind"];
  name: string;
  action: Removal;
}

interface DestroyPorts {
  connection: Pick<StackConnection, "provisioner" | "clients" | "identity" | "taps">;
  clock: Clock;
}

/**
 * Removes the stack with everything in it: the clients added later and what forgotten tails left behind too, but
 * nothing that is not tagged as this stack's own. Run again, it goes on where it was interrupted.
 */
export async function destroyStack({ connection, clock }: DestroyPorts, settings: Settings): Promise<DestroyReport> {
  const account = await controlCall(clock, () => connection.identity());
  const clients = await clientsOfStack(persistentClients(connection.clients, clock), settings);
  const plan = planStack(settings, account, clients);
  const provisioner = persistentProvisioner(connection.provisioner, clock);
  const resources: RemovalReport[] = [];
  for (const resource of removalOrder(plan)) {
    const { kind, name } = resource;
    resources.push({ kind, name, action: await provisioner.remove(resource) });
  }
  const leftovers = await controlCall(clock, () => connection.taps.removeLeftovers());
  resources.push(...leftovers.map((name): RemovalReport => ({ kind: "queue", name, action: "removed" })));
  return { target: settings.target.name, stack: settings.stack, resources };
}

/** Clients' records go after all that they lead to, and the tables last: an interrupted run still finds every client. */
function removalOrder(plan: DesiredResource[]): DesiredResource[] {
  const rank = ({ kind }: DesiredResource) => (STORES.has(kind) ? 2 : kind === "client" ? 1 : 0);
  return plan
    .filter(isResourceOfItsOwn)
    .reverse()
    .sort((left, right) => rank(left) - rank(right));
}

/** Where the clients' records are. */
const STORES: ReadonlySet<DesiredResource["kind"]> = new Set(["table", "database-schema"]);
const PARTS: ReadonlySet<DesiredResource["kind"]> = new Set([
  "queue-policy",
  "time-to-live",
  "point-in-time-recovery",
  "database-migration",
]);

/** The rest is part of a queue, a table or a schema, and gone with it. */
function isResourceOfItsOwn({ kind }: DesiredResource): boolean {
  return !PARTS.has(kind);
}
