import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { scanItems } from "../../src/adapters/aws/item-pages.js";
import type { AwsServices } from "../../src/adapters/aws/services.js";
import type { DesiredTable } from "../../src/core/stack-plan.js";

type Item = Record<string, AttributeValue>;

/** Deletes all items of a table: on AWS it takes longer to make a new one than to check all the rules about it. */
export async function emptyTable({ dynamodb }: AwsServices, { name, key }: DesiredTable): Promise<void> {
  for await (const item of scanItems(dynamodb, { TableName: name, ConsistentRead: true })) {
    await dynamodb.call(`emptying ${name}`, (sdk, client, options) =>
      client.send(new sdk.DeleteItemCommand({ TableName: name, Key: keyOf(item, key) }), options),
    );
  }
}

function keyOf(item: Item, key: DesiredTable["key"]): Item {
  const names = new Set(key.map(({ name }) => name));
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}
