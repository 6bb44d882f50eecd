import { retryDelayMs } from "../core/backoff.js";
import type { ClientRecord, PoisonPolicy } from "../core/client.js";
import { EvpError } from "../core/errors.js";
import type { ClientRegistry } from "../ports/client-registry.js";
import type { Clock } from "../ports/clock.js";
import { type ClientView, findClient, toView } from "./client.js";
import { persistentClients } from "./control-calls.js";
import { PERMISSION_LIVES_MS } from "./process/permissions.js";

const EVENT_TYPE = /^[A-Za-z0-9_.-]{1,64}$/;

/** Each time, somebody else has changed the record between the look at it and the write. */
const MAX_CHANGES = 8;

/** What changing a client's permissions needs. */
export interface PermissionPorts {
  clients: ClientRegistry;
  clock: Clock;
}

/** Lets a client have more event types. */
export async function allowTypes(ports: PermissionPorts, clientId: string, types: string[]): Promise<ClientView> {
  checkTypes(types);
  return change(ports, clientId, (record) => ({
    allowedTypes: [...new Set([...record.allowedTypes, ...types])],
  }));
}

/** Takes event types away from a client. Once it returns, no publish of them begins any more. */
export async function denyTypes(ports: PermissionPorts, clientId: string, types: string[]): Promise<ClientView> {
  checkTypes(types);
  const view = await change(ports, clientId, (record) => ({
    allowedTypes: record.allowedTypes.filter((type) => !types.includes(type)),
  }));
  await permissionsToLapse(ports.clock);
  return view;
}

/** Lets a client have events again. */
export function enableClient(ports: PermissionPorts, clientId: string): Promise<ClientView> {
  return change(ports, clientId, () => ({ active: true }));
}

/** Takes all events away from a client. Once it returns, no publish for it begins any more. */
export async function disableClient(ports: PermissionPorts, clientId: string): Promise<ClientView> {
  const view = await change(ports, clientId, () => ({ active: false }));
  await permissionsToLapse(ports.clock);
  return view;
}

/** Sets what becomes of a client's events that cannot pass. Once it returns, none of them is skipped where its group is to be blocked. */
export async function setPoisonPolicy(
  ports: PermissionPorts,
  clientId: string,
  poisonPolicy: PoisonPolicy,
): Promise<ClientView> {
  const view = await change(ports, clientId, () => ({ poisonPolicy }));
  if (poisonPolicy === "block") await permissionsToLapse(ports.clock);
  return view;
}

/** Throws an EvpError of category `usage` for what cannot be an event type. */
export function checkTypes(types: string[]): void {
  const wrong = types.find((type) => !EVENT_TYPE.test(type));
  if (wrong === undefined) return;
  throw new EvpError(`"${wrong}" cannot be an event type`, {
    code: "type-invalid",
    category: "usage",
    hint: "An event type is 1 to 64 letters, digits, dots, hyphens and underscores.",
  });
}

/** Waits until every processor has read the registry again; also when nothing changed, since an interrupted run may have changed it. */
async function permissionsToLapse(clock: Clock): Promise<void> {
  await clock.sleep(PERMISSION_LIVES_MS);
}

/** Reads the record and writes it back only while it is the one that was read: changes at the same time all take effect. */
async function change(
  ports: PermissionPorts,
  clientId: string,
  changesOf: (record: ClientRecord) => Partial<ClientRecord>,
): Promise<ClientView> {
  const { clock } = ports;
  const clients = persistentClients(ports.clients, clock);
  for (let attempt = 1; attempt <= MAX_CHANGES; attempt++) {
    const record = await findClient(clients, clientId);
    const changed = { ...record, ...changesOf(record) };
    if (await clients.put(changed, record)) return toView(changed);
    await clock.sleep(retryDelayMs(attempt, () => clock.random()));
  }
  throw new EvpError(`client ${clientId} was not changed: others kept changing it at the same time`, {
    code: "client-contended",
    category: "failed",
    hint: "Try again.",
    retryable: true,
  });
}
