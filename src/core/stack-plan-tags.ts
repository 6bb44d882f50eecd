import { defaultNames } from "./names.js";
import type { ResourceNames, Settings } from "./settings.js";
import type { Tagged } from "./stack-plan.js";

/** Tag that every resource of a stack carries where it can: the stack's name. */
export const STACK_TAG = "evp:stack";
/** Tag of a resource that was there before evp: it is never deleted. */
export const ADOPTED_TAG = "evp:adopted";

/** How a resource shows that it belongs to the stack; `nameOf` picks its name. */
export function tagged(settings: Settings, nameOf: (names: ResourceNames) => string): Tagged {
  const isNamedInConfig = nameOf(settings.names) !== nameOf(defaultNames(settings.stack, {}, settings.ingress.kind));
  const elsewhere = isNamedInConfig ? "adopt" : "refuse";
  return { stack: settings.stack, untagged: settings.target.kind === "local" ? "claim" : elsewhere };
}

/** The tags to put on a resource that evp creates. */
export function tagsOf({ stack }: Tagged): Record<string, string> {
  return { [STACK_TAG]: stack };
}

/** The tags to put on a resource that was there without any. */
export function tagsForUntagged(resource: Tagged): Record<string, string> {
  return resource.untagged === "adopt" ? { ...tagsOf(resource), [ADOPTED_TAG]: "true" } : tagsOf(resource);
}
