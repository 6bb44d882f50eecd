import type { ClientRecord } from "../../core/client.js";
import { type Item, integer, text } from "./attribute-values.js";

/** A write's condition, in the members of DynamoDB's input. */
interface WriteCondition {
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/** An expression holds 300 operators at most ("Service, account, and table quotas in Amazon DynamoDB"). */
const MAX_COMPARED_TYPES = 100;

/**
 * That a client's item is still as it was read, or that there is none yet. The types are compared one by one, since not every
 * emulator compares lists; the last ones are enough, because types are only ever appended and taken out.
 */
export function conditionOf(expected: ClientRecord | undefined): WriteCondition {
  if (expected === undefined) {
    return { ConditionExpression: "attribute_not_exists(#id)", ExpressionAttributeNames: { "#id": "clientId" } };
  }
  const { active, allowedTypes, poisonPolicy, topicArn, queueName } = expected;
  const firstCompared = Math.max(0, allowedTypes.length - MAX_COMPARED_TYPES);
  const compared = allowedTypes.slice(firstCompared);
  const clauses = [
    orAbsent("#active", "#active = :active", !active),
    orAbsent("#poisonPolicy", "#poisonPolicy = :poisonPolicy", poisonPolicy === "skip"),
    orAbsent("#topicArn", "#topicArn = :topicArn", topicArn === ""),
    orAbsent("#queueName", "#queueName = :queueName", queueName === ""),
    orAbsent("#types", "size(#types) = :count", allowedTypes.length === 0),
    ...compared.map((_, index) => `#types[${firstCompared + index}] = :type${index}`),
  ];
  return {
    ConditionExpression: clauses.join(" AND "),
    ExpressionAttributeNames: {
      "#active": "active",
      "#poisonPolicy": "poisonPolicy",
      "#topicArn": "topicArn",
      "#queueName": "queueName",
      "#types": "allowedTypes",
    },
    ExpressionAttributeValues: {
      ":active": { BOOL: active },
      ":poisonPolicy": text(poisonPolicy),
      ":topicArn": text(topicArn),
      ":queueName": text(queueName),
      ":count": integer(allowedTypes.length),
      ...Object.fromEntries(compared.map((type, index) => [`:type${index}`, text(type)])),
    },
  };
}

/** An attribute that an item lacks is read as false, the policy to skip, empty text or an empty list. */
function orAbsent(name: string, comparison: string, isReadForAbsent: boolean): string {
  return isReadForAbsent ? `(attribute_not_exists(${name}) OR ${comparison})` : comparison;
}
