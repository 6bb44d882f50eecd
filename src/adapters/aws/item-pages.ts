import type { QueryCommandInput, ScanCommandInput } from "@aws-sdk/client-dynamodb";
import type { Item } from "./attribute-values.js";
import type { DynamoDbService } from "./services.js";

/** Every item that a query finds, page by page ("Paginating table query results"). */
export async function* queryItems(dynamodb: DynamoDbService, input: QueryCommandInput): AsyncGenerator<Item> {
  yield* pagesOf(dynamodb, input, () => ({}));
}

const FIRST_PAGE_ITEMS = 100;
const PAGE_GROWTH = 4;
/** Then a page is as large as DynamoDB makes one. */
const GROWING_PAGES = 5;

/** The same for whoever may not want all of them: the first come soon, since each page is larger than the one before. */
export async function* queryItemsSoon(dynamodb: DynamoDbService, input: QueryCommandInput): AsyncGenerator<Item> {
  yield* pagesOf(dynamodb, input, (page) => ({
    Limit: FIRST_PAGE_ITEMS * PAGE_GROWTH ** Math.min(page, GROWING_PAGES),
  }));
}

async function* pagesOf(
  dynamodb: DynamoDbService,
  input: QueryCommandInput,
  limitOf: (page: number) => { Limit?: number },
): AsyncGenerator<Item> {
  let start: Item | undefined;
  let page = 0;
  do {
    const limit = limitOf(page++);
    const answer = await dynamodb.call(`querying ${input.TableName}`, (sdk, client, options) =>
      client.send(new sdk.QueryCommand({ ...input, ...limit, ExclusiveStartKey: start }), options),
    );
    yield* answer.Items ?? [];
    start = answer.LastEvaluatedKey;
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
