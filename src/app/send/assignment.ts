import { EvpError } from "../../core/errors.js";
import type { Json, JsonObject } from "../../core/event.js";
import { pointerParts } from "../../core/json-pointer.js";

/** One `--set /pointer=value`. */
export interface Assignment {
  pointer: string;
  value: Json;
}

/**
 * Reads `/pointer=value`; the value is JSON where it parses, else text.
 * @throws EvpError (usage) when it is not of that form
 */
export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf("=");
  const pointer = text.slice(0, Math.max(equals, 0));
  if (!/^(\/([^~]|~[01])*)+$/.test(pointer)) {
    throw new EvpError(`--set ${text}: a JSON Pointer, an equals sign and a value were expected`, {
      code: "assignment-invalid",
      category: "usage",
      hint: "For instance --set /payload/amount=12000",
    });
  }
  return { pointer, value: parseValue(text.slice(equals + 1)) };
}

function parseValue(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The body with the assignments made, written anew; a body that is no JSON object is left as it is. Missing parents are created. */
export function assignAll(body: string, assignments: Assignment[]): string {
  const document = parseValue(body);
  if (assignments.length === 0 || !isContainer(document) || Array.isArray(document)) return body;
  for (const { pointer, value } of assignments) assign(document, pointerParts(pointer), value);
  return JSON.stringify(document);
}

function assign(parent: JsonObject | Json[], [name = "", ...rest]: string[], value: Json): void {
  if (rest.length === 0) {
    put(parent, name, value);
    return;
  }
  const child = Object.hasOwn(parent, name) ? Reflect.get(parent, name) : undefined;
  const next: JsonObject | Json[] = isContainer(child) ? child : {};
  if (next !== child) put(parent, name, next);
  assign(next, rest, value);
}

/** By definition and not by assignment: a member may be called `__proto__`. */
function put(parent: JsonObject | Json[], name: string, value: Json): void {
  const key = Array.isArray(parent) && name === "-" ? String(parent.length) : name;
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
}

function isContainer(value: Json | undefined): value is JsonObject | Json[] {
  return typeof value === "object" && value !== null;
}
