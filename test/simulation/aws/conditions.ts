import type { Item } from "../../../src/adapters/aws/attribute-values.js";

/** A condition as a write brings it ("Condition expressions"). */
export interface Condition {
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Item | undefined;
}

const COMPARISON = /^(#\w+) (=|<>|<=|<|>=|>) (:\w+)$/;
const EXISTENCE = /^attribute_(not_)?exists ?\((#\w+)\)$/;

/** Whether a condition holds for an item: comparisons and tests of existence, joined by AND, which binds closer, and OR. Throws where it is anything else. */
export function holds(condition: Condition, item: Item | undefined): boolean {
  const { ConditionExpression: expression } = condition;
  if (expression === undefined) return true;
  return expression
    .split(" OR ")
    .some((alternative) => alternative.split(" AND ").every((clause) => clauseHolds(clause.trim(), condition, item)));
}

function clauseHolds(clause: string, condition: Condition, item: Item | undefined): boolean {
  const attribute = (name: string) => item?.[condition.ExpressionAttributeNames?.[name] ?? name];
  const [, not, tested] = EXISTENCE.exec(clause) ?? [];
  if (tested !== undefined) return (attribute(tested) === undefined) === (not !== undefined);
  const [, name, operator, placeholder] = COMPARISON.exec(clause) ?? [];
  if (name === undefined || placeholder === undefined) {
    throw new Error(`the simulated store does not understand the condition "${clause}"`);
  }
  const left = scalarOf(attribute(name));
  const right = scalarOf(condition.ExpressionAttributeValues?.[placeholder]);
  return left !== undefined && right !== undefined && typeof left === typeof right && compare(left, right, operator);
}

function scalarOf(value: Item[string] | undefined): string | number | undefined {
  return value?.N === undefined ? value?.S : Number(value.N);
}

function compare(left: string | number, right: string | number, operator: string | undefined): boolean {
  switch (operator) {
    case "=":
      return left === right;
    case "<>":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    default:
      return left >= right;
  }
}
