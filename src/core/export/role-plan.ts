import type { JsonObject } from "../event.js";
import type { Settings } from "../settings.js";
import { ANYWHERE } from "./place.js";
import { clientPart, sharedPart } from "./resource-ids.js";
import { rolePolicy } from "./role-policies.js";

/** A role that an export makes. Who sets a stack up has rights of his own before there is any role. */
export interface RolePlan {
  cloudFormation: string;
  terraform: string;
  description: string;
  /** The name of the parameter that says who may take the role. */
  parameter: { cloudFormation: string; terraform: string };
  /** `service`: a service of AWS on which the processor runs; `principal`: somebody of an account. */
  trust: "service" | "principal";
  isProcessor: boolean;
  /** For {@link ANYWHERE}. */
  policy: JsonObject;
}

/** The roles of those who use a stack: one for every client, too. */
export function planRoles(settings: Settings, clientIds: string[]): RolePlan[] {
  const { stack } = settings;
  const shared = (["processor", "producer", "operator"] as const).map((role): RolePlan => {
    const { logicalId, terraform } = sharedPart(role);
    const isProcessor = role === "processor";
    return {
      cloudFormation: logicalId("Role"),
      terraform,
      description: `${role} of the evp stack ${stack}`,
      parameter: isProcessor
        ? { cloudFormation: logicalId("Service"), terraform: `${terraform}_service` }
        : { cloudFormation: logicalId("Principal"), terraform: `${terraform}_principal` },
      trust: isProcessor ? "service" : "principal",
      isProcessor,
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

/** The service that runs the processor, where nobody says otherwise: Amazon ECS. */
export const DEFAULT_SERVICE = "ecs-tasks.amazonaws.com";
