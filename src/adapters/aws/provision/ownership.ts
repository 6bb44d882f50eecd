import type { Tagged } from "../../../core/stack-plan.js";
import { type Difference, NONE } from "../../../core/stack-plan-differences.js";
import { ADOPTED_TAG, STACK_TAG } from "../../../core/stack-plan-tags.js";

/** Tags by name; undefined where the target knows no tags, so that nothing tells whose a resource is. */
export type Tags = Record<string, string> | undefined;

const TAG_ATTRIBUTE = `tag ${STACK_TAG}`;

/** How the stack's tag differs, and whether evp may put it there. */
export function tagDifferences(resource: Tagged, tags: Tags): { changeable: Difference[]; unchangeable: Difference[] } {
  const found = tags === undefined ? resource.stack : tags[STACK_TAG];
  if (found === resource.stack) return { changeable: [], unchangeable: [] };
  const difference = { attribute: TAG_ATTRIBUTE, wanted: resource.stack, found: found ?? NONE };
  const mayTag = found === undefined && resource.untagged !== "refuse";
  return mayTag ? { changeable: [difference], unchangeable: [] } : { changeable: [], unchangeable: [difference] };
}

/** Whether the stack's tag is among the settings to be changed. */
export function isTagMissing(differences: Difference[]): boolean {
  return differences.some(({ attribute }) => attribute === TAG_ATTRIBUTE);
}

/** Whether evp may delete a resource: it belongs to the stack and was not there before evp. */
export function isRemovable(resource: Tagged, tags: Tags): boolean {
  if (tags === undefined) return true;
  if (tags[ADOPTED_TAG] !== undefined) return false;
  return tags[STACK_TAG] === resource.stack || (tags[STACK_TAG] === undefined && resource.untagged === "claim");
}

/** Tags in the form that SNS and DynamoDB use. */
export function toTagList(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function fromTagList(tags: { Key?: string | undefined; Value?: string | undefined }[] = []): Tags {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}
