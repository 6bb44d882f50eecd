import type { MessageAttributes } from "../../ports/queue.js";

/** A message attribute as SQS and SNS have it ("MessageAttributeValue"). */
export interface AttributeValue {
  DataType: string | undefined;
  StringValue?: string | undefined;
  BinaryValue?: Uint8Array | undefined;
}

/** String attributes for SQS or SNS; undefined when there are none. */
export function toAttributeValues(
  attributes: MessageAttributes | undefined,
): Record<string, { DataType: string; StringValue: string }> | undefined {
  const entries = Object.entries(attributes ?? {});
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, { DataType: "String", StringValue: value }]));
}

/** Every attribute as text: numbers as they were sent, binary values in base64. */
export function fromAttributeValues(values: Record<string, AttributeValue> | undefined): MessageAttributes {
  if (values === undefined) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));
}

function textOf({ StringValue, BinaryValue }: AttributeValue): string {
  if (StringValue !== undefined) return StringValue;
  return BinaryValue === undefined ? "" : Buffer.from(BinaryValue).toString("base64");
}
