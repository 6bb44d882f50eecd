import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** One item of a DynamoDB table. */
export type Item = Record<string, AttributeValue>;

/** Text as an attribute. Sequence numbers too: a DynamoDB number keeps only 38 digits, a JavaScript one 15. */
export function text(value: string): AttributeValue {
  return { S: value };
}

export function integer(value: number): AttributeValue {
  return { N: String(value) };
}

export function textList(values: string[]): AttributeValue {
  return { L: values.map(text) };
}

/** The texts that are there: neither undefined nor empty, since an emulator or an index may refuse an empty value. */
export function textMembers(values: Record<string, string | undefined>): Item {
  const members: Item = {};
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== "") members[name] = text(value);
  return members;
}

/** Empty where the item has no such text. */
export function readText(item: Item, name: string): string {
  return item[name]?.S ?? "";
}

/** 0 where the item has no such number. */
export function readInteger(item: Item, name: string): number {
  return Number(item[name]?.N ?? 0);
}

export function readTextList(item: Item, name: string): string[] {
  return (item[name]?.L ?? []).map((member) => member.S ?? "");
}

export function readBoolean(item: Item, name: string): boolean {
  return item[name]?.BOOL ?? false;
}
