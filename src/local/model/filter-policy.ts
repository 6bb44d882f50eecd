import type { Json, JsonObject } from "../../core/event.js";
import { type Condition, compileCondition, type FieldValues, filterPolicyError } from "./filter-conditions.js";
import type { MessageAttribute, MessageAttributes } from "./message.js";

/** Whether a subscription wants a message ("Amazon SNS message filtering"). */
export type FilterPolicy = (message: { body: string; attributes: MessageAttributes }) => boolean;
export type FilterScope = "MessageAttributes" | "MessageBody";

type Fields = (path: readonly string[]) => FieldValues;
type Matcher = (fields: Fields) => boolean;

const MAX_FIELDS = 5;
const MAX_COMBINATIONS = 150;

/** @throws ModelError when the policy is not valid ("Filter policy constraints in Amazon SNS") */
export function compileFilterPolicy(text: string, scope: FilterScope): FilterPolicy {
  const policy = parsePolicy(text);
  const compiler = new Compiler(scope);
  const matches = compiler.all(policy, []);
  compiler.checkComplexity();
  if (scope === "MessageAttributes") return ({ attributes }) => matches(attributeFields(attributes));
  return ({ body }) => {
    const json = parseBody(body);
    return json !== undefined && matches((path) => bodyValues(json, path));
  };
}

/** Turns a policy into matchers and counts what it is made of. */
class Compiler {
  readonly #scope: FilterScope;
  #fields = 0;
  #combinations = 1;

  constructor(scope: FilterScope) {
    this.#scope = scope;
  }

  /** Every field must match. */
  all(policy: JsonObject, path: readonly string[]): Matcher {
    const matchers = Object.entries(policy).map(([name, rule]) => this.#field(name, rule, path));
    return (fields) => matchers.every((matcher) => matcher(fields));
  }

  checkComplexity(): void {
    if (this.#fields > MAX_FIELDS || this.#combinations > MAX_COMBINATIONS) {
      throw filterPolicyError("Filter policy is too complex");
    }
  }

  #field(name: string, rule: Json, path: readonly string[]): Matcher {
    if (name === "$or" && Array.isArray(rule) && rule.length > 1 && rule.every(isObject)) {
      const alternatives = rule.filter(isObject).map((alternative) => this.all(alternative, path));
      return (fields) => alternatives.some((matcher) => matcher(fields));
    }
    const place = [...path, name];
    if (Array.isArray(rule)) return this.#leaf(rule, place);
    if (!isObject(rule)) throw filterPolicyError(`"${name}" must be an object or an array`);
    if (this.#scope === "MessageAttributes") {
      throw filterPolicyError("Filter policy scope MessageAttributes does not support nested filter policy");
    }
    return this.all(rule, place);
  }

  /** One of the field's values must meet one of the conditions. */
  #leaf(rule: Json[], place: readonly string[]): Matcher {
    if (rule.length === 0) throw filterPolicyError("Empty arrays are not allowed");
    this.#fields += 1;
    this.#combinations *= rule.length * place.length;
    const conditions: Condition[] = rule.map(compileCondition);
    return (fields) => {
      const values = fields(place);
      return conditions.some((condition) => condition(values));
    };
  }
}

function attributeFields(attributes: MessageAttributes): Fields {
  return ([name]) => {
    const attribute = name === undefined || !Object.hasOwn(attributes, name) ? undefined : attributes[name];
    return attribute && attributeValues(attribute);
  };
}

/** Strings, numbers and the elements of a `String.Array`; a binary attribute has no value to match ("Amazon SNS message attributes"). */
function attributeValues({ dataType, stringValue = "" }: MessageAttribute): FieldValues {
  if (dataType.startsWith("Binary")) return [];
  if (dataType.startsWith("Number")) return [Number(stringValue)];
  if (dataType !== "String.Array") return [stringValue];
  try {
    const parsed: unknown = JSON.parse(stringValue);
    return Array.isArray(parsed) ? parsed.filter((element) => typeof element !== "object" || element === null) : [];
  } catch {
    return [];
  }
}

/** The values at a path, through lists ("Amazon SNS payload-based message filtering"). */
function bodyValues(json: JsonObject, path: readonly string[]): FieldValues {
  let level: Json[] = [json];
  for (const name of path) {
    level = level.flatMap((node) => {
      const child = isObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
      if (child === undefined) return [];
      return Array.isArray(child) ? child : [child];
    });
  }
  return level.length === 0 ? undefined : level.filter((value) => typeof value !== "object" || value === null);
}

function parsePolicy(text: string): JsonObject {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw filterPolicyError(`failed to parse JSON. ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(parsed)) throw filterPolicyError("failed to parse JSON. The policy must be an object");
  return parsed;
}

function parseBody(body: string): JsonObject | undefined {
  try {
    const parsed: Json = JSON.parse(body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(json: Json): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
