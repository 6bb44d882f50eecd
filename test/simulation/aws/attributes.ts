import type { MessageAttributes } from "../../../src/local/model/message.js";

interface SdkAttribute {
  DataType: string | undefined;
  StringValue?: string | undefined;
}

/** A message's attributes as the model has them. */
export function attributesFrom(attributes: Record<string, SdkAttribute> | undefined): MessageAttributes {
  const entries = Object.entries(attributes ?? {});
  return Object.fromEntries(
    entries.map(([name, { DataType = "String", StringValue }]) => [
      name,
      { dataType: DataType, stringValue: StringValue },
    ]),
  );
}

/** A message's attributes as the SDK has them. */
export function toAttributes(attributes: MessageAttributes): Record<string, SdkAttribute> {
  const entries = Object.entries(attributes);
  return Object.fromEntries(
    entries.map(([name, { dataType, stringValue }]) => [name, { DataType: dataType, StringValue: stringValue }]),
  );
}

export function textsOf(attributes: MessageAttributes): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, { stringValue = "" }]) => [name, stringValue]));
}
