import type { Json, JsonObject } from "../event.js";

/** A resource block. */
export interface Block {
  type: string;
  name: string;
  body: JsonObject;
}

/** Blocks as the JSON syntax wants them: by type, and then by name. */
export function blocksByType(blocks: Block[]): JsonObject {
  const types = new Map<string, [string, Json][]>();
  for (const { type, name, body } of blocks) {
    const named = types.get(type) ?? [];
    types.set(type, [...named, [name, body]]);
  }
  return Object.fromEntries([...types].map(([type, named]) => [type, Object.fromEntries(named)]));
}

/** How many resources a configuration has. */
export function countBlocks({ resource = {} }: JsonObject): number {
  const types = Object.values(typeof resource === "object" && resource !== null ? resource : {});
  return types.reduce<number>((sum, named) => sum + Object.keys(named ?? {}).length, 0);
}
