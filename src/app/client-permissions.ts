import type { ClientRecord } from "../core/client.js";
import { EvpError } from "../core/errors.js";
import type { ClientRegistry } from "../ports/client-registry.js";
import type { Clock } from "../ports/clock.js";
import { type ClientView, findClient, toView } from "./client.js";
import { PERMISSION_LIVES_MS } from "./process/permissions.js";

const EVENT_TYPE = /^[A-Za-z0-9_.-]{1,64}$/;

/** What changing a client's permissions needs. */
export interface PermissionPorts {
  clients: ClientRegistry;
  clock: Clock;
}

/** Lets a client have more event types. */
export async function allowTypes(ports: PermissionPorts, clientId: string, types: string[]): Promise<ClientView> {
  checkTypes(types);
  return change(ports.clients, clientId, (record) => ({
    allowedTypes: [...new Set([...record.allowedTypes, ...types])],
  }));
}

/** Takes event types away from a client. Once it returns, no publish of them begins any more. */
export async function denyTypes(ports: PermissionPorts, clientId: string, types: string[]): Promise<ClientView> {
  checkTypes(types);
  const view = await change(ports.clients, clientId, (record) => ({
    allowedTypes: record.allowedTypes.filter((type) => !types.includes(type)),
  }));
  await permissionsToLapse(ports.clock);
  return view;
}

/** Lets a client have events again. */
export function enableClient(ports: PermissionPorts, clientId: string): Promise<ClientView> {
  return change(ports.clients, clientId, () => ({ active: true }));
}

/** Takes all events away from a client. Once it returns, no publish for it begins any more. */
export async function disableClient(ports: PermissionPorts, clientId: string): Promise<ClientView> {
  const view = await change(ports.clients, clientId, () => ({ active: false }));
  await permissionsToLapse(ports.clock);
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

async function change(
  clients: ClientRegistry,
  clientId: string,
  changesOf: (record: ClientRecord) => Partial<ClientRecord>,
): Promise<ClientView> {
  const record = await findClient(clients, clientId);
  const changed = { ...record, ...changesOf(record) };
  await clients.put(changed);
  return toView(changed);
}
