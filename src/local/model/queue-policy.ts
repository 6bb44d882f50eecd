import type { Json, JsonObject } from "../../core/event.js";

/** The request that a policy is asked about: a topic sending to a queue. */
export interface TopicDelivery {
  topicArn: string;
  queueArn: string;
  account: string;
}

/**
 * Whether the queue's policy lets the topic send: a statement allows it and none denies it, as a service principal has
 * no rights of its own ("Subscribing an Amazon SQS queue to an Amazon SNS topic"). A condition that is not understood
 * never allows.
 */
export function allowsTopic(policy: string | undefined, delivery: TopicDelivery): boolean {
  const applying = statements(policy).filter((statement) => applies(statement, delivery));
  const hasEffect = (effect: string) => applying.some((statement) => statement.Effect === effect);
  return hasEffect("Allow") && !hasEffect("Deny");
}

function statements(policy: string | undefined): JsonObject[] {
  if (policy === undefined) return [];
  const parsed = parseJson(policy);
  return isObject(parsed) ? list(parsed.Statement).filter(isObject) : [];
}

/** Whether the text can be a policy at all. */
export function isPolicy(text: string): boolean {
  const found = statements(text);
  return found.length > 0 && found.every(({ Effect }) => Effect === "Allow" || Effect === "Deny");
}

function applies(statement: JsonObject, delivery: TopicDelivery): boolean {
  return (
    isTopicPrincipal(statement.Principal) &&
    list(statement.Action).some((action) => isLike(text(action).toLowerCase(), "sqs:sendmessage")) &&
    (statement.Resource === undefined ||
      list(statement.Resource).some((arn) => isLike(text(arn), delivery.queueArn))) &&
    meetsConditions(statement, delivery)
  );
}

function isTopicPrincipal(principal: Json | undefined): boolean {
  if (principal === "*") return true;
  if (!isObject(principal)) return false;
  return list(principal.AWS).includes("*") || list(principal.Service).includes("sns.amazonaws.com");
}

function meetsConditions({ Effect, Condition }: JsonObject, delivery: TopicDelivery): boolean {
  if (Condition === undefined) return true;
  if (!isObject(Condition)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).every(
      ([key, wanted]) => meets(operator, contextValue(key, delivery), list(wanted)) ?? Effect === "Deny",
    ),
  );
}

/** What the request says of itself ("AWS global condition context keys"). */
function contextValue(key: string, delivery: TopicDelivery): string | undefined {
  switch (key.toLowerCase()) {
    case "aws:sourcearn":
      return delivery.topicArn;
    case "aws:sourceaccount":
      return delivery.account;
    case "aws:securetransport":
      return "true";
    default:
      return undefined;
  }
}

/** @returns undefined for an operator that is not known ("IAM JSON policy elements: Condition operators") */
function meets(operator: string, value: string | undefined, wanted: Json[]): boolean | undefined {
  const match = /^(?:String|Arn)(Not)?(Equals|Like)(IfExists)?$|^Bool(IfExists)?$/.exec(operator);
  if (match === null) return undefined;
  const [, not, comparison, ifExists, boolIfExists] = match;
  if (value === undefined) return not !== undefined || ifExists !== undefined || boolIfExists !== undefined;
  // ArnEquals and ArnLike are the same: both take wildcards.
  const takesWildcards = comparison === "Like" || operator.startsWith("Arn");
  const isOneOf = wanted.some((one) => (takesWildcards ? isLike(text(one), value) : text(one) === value));
  return isOneOf !== (not !== undefined);
}

function isLike(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(value);
}

function list(json: Json | undefined): Json[] {
  if (json === undefined) return [];
  return Array.isArray(json) ? json : [json];
}

function text(json: Json): string {
  return typeof json === "string" ? json : String(json);
}

function parseJson(source: string): Json {
  try {
    return JSON.parse(source);
  } catch {
    return null;
  }
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
