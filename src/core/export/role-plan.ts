import type { JsonObject } from "../event.js";
import type { Settings } from "../settings.js";
import { ANYWHERE } from "./place.js";
import { capital, clientPart, sharedPart } from "./resource-ids.js";
import { rolePolicy } from "./role-policies.js";

/** A role that an export makes. Who sets a stack up has rights of his own before there is any role. */
export interface RolePlan {
  cloudFormation: string;
  terraform: string;
  description: string;
  /** The name of the parameter that says who may take the role. */
  parameter: { cloudFormation: string; terraform: string };
  /** `service`: a service of AWS on which it runs; `principal`: somebody of an account. */
  trust: "service" | "principal";
  isProcessor: boolean;
  /** For {@link ANYWHERE}. */
  policy: JsonObject;
}

/** What runs for as long as the stack does is run by a service. */
const SHARED_ROLES = [
  ["processor", "service"],
  ["gateway", "service"],
  ["source", "service"],
  ["producer", "principal"],
  ["operator", "principal"],
] as const;

/** The roles of those who use a stack: one for every client, too. */
export function planRoles(settings: Settings, clientIds: string[]): RolePlan[] {
  const { stack } = settings;
  const shared = SHARED_ROLES.map(([role, trust]): RolePlan => {
    const { logicalId, terraform } = sharedPart(role);
    return {
      cloudFormation: logicalId("Role"),
      terraform,
      description: `${role} of the evp stack ${stack}`,
      parameter: { cloudFormation: logicalId(capital(trust)), terraform: `${terraform}_${trust}` },
      trust,
      isProcessor: role === "processor",
      policy: rolePolicy(settings, ANYWHERE, { role }),
    };
  });
  const clients = clientIds.map((clientId): RolePlan => {
    const { logicalId, terraform } = clientPart(clientId);
    return {
      cloudFormation: logicalId("Role"),
      terraform,
      description: `client ${clientId} of the evp stack ${stack}`,
      parameter: { cloudFormation: logicalId("Principal"), terraform: `${terraform}_principal` },
      trust: "principal",
      isProcessor: false,
      policy: rolePolicy(settings, ANYWHERE, { role: "client", clientId }),
    };
  });
  return [...shared, ...clients];
}

/** What the function may do ({@link planRoles} has none: it is there when the function is), for {@link ANYWHERE}. */
export function functionPolicy(settings: Settings): JsonObject {
  return rolePolicy(settings, ANYWHERE, { role: "function" });
}

/** The service that runs a role's program, where nobody says otherwise: Amazon ECS. */
export const DEFAULT_SERVICE = "ecs-tasks.amazonaws.com";
