import { EvpError } from "../core/errors.js";
import { checkNames } from "../core/names-check.js";
import type { ClientSettings, Settings } from "../core/settings.js";
import { type DesiredResource, planClient } from "../core/stack-plan.js";
import type { Clock } from "../ports/clock.js";
import type { StackConnection } from "../ports/stack-connection.js";
import { type ClientView, findClient, listClients, toView } from "./client.js";
import { checkTypes, disableClient } from "./client-permissions.js";
import { controlCall, persistentClients, persistentProvisioner } from "./control-calls.js";
import type { RemovalReport } from "./destroy.js";
import { applyPlan } from "./init-apply.js";

interface ClientPorts {
  connection: Pick<StackConnection, "provisioner" | "clients" | "identity">;
  clock: Clock;
}

/** The document of `evp client remove --json`. */
interface ClientRemoval {
  clientId: string;
  resources: RemovalReport[];
}

/**
 * Registers a client and makes its topic and queue. Throws an EvpError when it is registered already, when its names
 * are another resource's, or when such resources exist and are not this stack's. After an interruption it can be run again.
 */
export async function addClient(
  { connection, clock }: ClientPorts,
  settings: Settings,
  client: ClientSettings,
): Promise<ClientView> {
  checkTypes(client.allowedTypes);
  const clients = persistentClients(connection.clients, clock);
  const registered = (await listClients(clients)).map(({ clientId }) => clientId);
  if (registered.includes(client.id)) {
    throw new EvpError(`client ${client.id} is registered already`, {
      code: "client-exists",
      category: "usage",
      hint: "Use evp client allow, deny, enable, disable or poison to change it.",
    });
  }
  checkNames(settings, [...registered, client.id]);
  const account = await controlCall(clock, () => connection.identity());
  const plan = planClient(settings, account, client);
  await applyPlan(persistentProvisioner(connection.provisioner, clock), plan, { dryRun: false });
  return toView(await findClient(clients, client.id));
}

/**
 * Removes a client with its topic and queue. It is disabled first, and its record goes last: no publish can meet a
 * missing topic, and an interrupted run can be run again.
 *
 * @param options.keepQueue - leaves the client's queue, with what it has not consumed yet
 */
export async function removeClient(
  { connection, clock }: ClientPorts,
  settings: Settings,
  clientId: string,
  { keepQueue }: { keepQueue: boolean },
): Promise<ClientRemoval> {
  const record = await findClient(persistentClients(connection.clients, clock), clientId);
  await disableClient({ clients: connection.clients, clock }, clientId);
  const client = { id: clientId, allowedTypes: record.allowedTypes, active: false };
  const plan = planClient(settings, await controlCall(clock, () => connection.identity()), client);
  const provisioner = persistentProvisioner(connection.provisioner, clock);
  const resources: RemovalReport[] = [];
  for (const resource of [...plan.filter(isNotRecord).reverse(), ...plan.filter((one) => !isNotRecord(one))]) {
    if (resource.kind === "queue-policy") continue;
    const { kind, name } = resource;
    const isKept = keepQueue && kind === "queue";
    resources.push({ kind, name, action: isKept ? "kept" : await provisioner.remove(resource) });
  }
  return { clientId, resources };
}

function isNotRecord({ kind }: DesiredResource): boolean {
  return kind !== "client";
}
