import type { QueryCommandInput, ScanCommandInput } from "@aws-sdk/client-dynamodb";
import type { Item } from "./attribute-values.js";
import type { DynamoDbService } from "./services.js";

/** Every item that a query finds, page by page ("Paginating table query results"). */
export async function* queryItems(dynamodb: DynamoDbService, input: QueryCommandInput): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const page = await dynamodb.call(`querying ${input.TableName}`, (sdk, client, options) =>
      client.send(new sdk.QueryCommand({ ...input, ExclusiveStartKey: start }), options),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** Every item of a table that passes the filter. */
export async function* scanItems(dynamodb: DynamoDbService, input: ScanCommandInput): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const page = await dynamodb.call(`scanning ${input.TableName}`, (sdk, client, options) =>
      client.send(new sdk.ScanCommand({ ...input, ExclusiveStartKey: start }), options),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
