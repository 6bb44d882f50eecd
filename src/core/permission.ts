import type { ClientRecord } from "./client.js";
import type { Rejection } from "./outcome.js";

export type PermissionDecision = { allowed: true; client: ClientRecord } | { allowed: false; rejection: Rejection };

/** Whether this client may have an event of this type. `client`: undefined when nobody of that name is registered */
export function decidePermission(clientId: string, type: string, client: ClientRecord | undefined): PermissionDecision {
  if (client === undefined) return refuse("client-unknown", `client ${clientId} is not registered`);
  if (!client.active) return refuse("client-inactive", `client ${clientId} is disabled`);
  if (client.allowedTypes.includes(type)) return { allowed: true, client };
  const allowed = client.allowedTypes.length === 0 ? "none" : client.allowedTypes.join(", ");
  return refuse("type-forbidden", `client ${clientId} may not have ${type}; it may have: ${allowed}`);
}

function refuse(reason: Rejection["reason"], detail: string): PermissionDecision {
  return { allowed: false, rejection: { reason, detail } };
}
