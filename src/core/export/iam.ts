import type { JsonObject } from "../event.js";
import { checkNames } from "../names-check.js";
import type { Settings } from "../settings.js";
import type { StackAccount } from "../stack-plan.js";
import type { ExportPlace } from "./place.js";
import { ROLE_NAMES } from "./role-names.js";
import { type PolicyOwner, rolePolicy } from "./role-policies.js";

/** A policy of IAM knows no "wherever this is deployed": what is not fixed is any. */
function accountOf({ account = "*", region = "*" }: ExportPlace): StackAccount {
  return { account, region };
}

/** One role's policy document. Throws an EvpError of category `usage` for a client whose names cannot stand beside the stack's. */
export function toIamPolicy(settings: Settings, place: ExportPlace, owner: PolicyOwner): JsonObject {
  checkNames(settings, owner.clientId === undefined ? [] : [owner.clientId]);
  return rolePolicy(settings, accountOf(place), owner);
}

/** Every role's policy document by its name; of the clients, those of the config, by id. */
export function toIamPolicies(settings: Settings, place: ExportPlace): JsonObject {
  const policyOf = (owner: PolicyOwner) => toIamPolicy(settings, place, owner);
  const shared = ROLE_NAMES.filter((role) => role !== "client").map((role) => [role, policyOf({ role })]);
  const clients = settings.clients.map(({ id }) => [id, policyOf({ role: "client", clientId: id })]);
  return { ...Object.fromEntries(shared), clients: Object.fromEntries(clients) };
}
