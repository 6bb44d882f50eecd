import type { Item } from "../../../src/adapters/aws/attribute-values.js";

/** What an update sets ("Update expressions"). */
export interface Update {
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Item | undefined;
}

const ASSIGNMENT = /(#\w+) = (?:(:\w+)|if_not_exists\((#\w+), (:\w+)\))/y;
const BETWEEN = ", ";

/** The item after an update that sets attributes, to values or to what they are already. Throws where it does anything else. */
export function updated(update: Update, item: Item): Item {
  const { UpdateExpression: expression = "", ExpressionAttributeNames: names = {} } = update;
  const { ExpressionAttributeValues: values = {} } = update;
  const result = { ...item };
  let position = expression.startsWith("SET ") ? "SET ".length : -1;
  while (position >= 0 && position < expression.length) {
    ASSIGNMENT.lastIndex = position;
    const match = ASSIGNMENT.exec(expression);
    if (match === null) break;
    const [whole, target = "", value, present = "", otherwise = ""] = match;
    const assigned = value === undefined ? (item[names[present] ?? ""] ?? values[otherwise]) : values[value];
    if (assigned !== undefined) result[names[target] ?? ""] = assigned;
    position += whole.length + BETWEEN.length;
  }
  if (position < expression.length)
    throw new Error(`the simulated store does not understand the update "${expression}"`);
  return result;
}
