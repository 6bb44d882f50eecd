import type { ProducerSecret } from "../../core/producer.js";
import { liveSecrets, PRODUCER_KEY, readSecrets, SECRETS_ATTRIBUTE } from "../../core/producer-secret.js";
import type { WholeRequest, WholeResponse } from "../http-message.js";
import { TABLE_TARGET_PREFIX } from "../tables/table-target.js";

/** A producer as a producers table of this stack holds it. */
export interface StoredProducer {
  /** Tells whose producer it is: of several evp stacks here, each has a table of its own. */
  table: string;
  secrets: ProducerSecret[];
}

interface Tables {
  handle(request: WholeRequest): Promise<WholeResponse>;
}

type Value = Partial<Record<"S" | "BOOL", unknown>>;

/** Every active producer of that id, in whichever table. `now`: ms since 1970 */
export async function findProducers(tables: Tables, producerId: string, now: number): Promise<StoredProducer[]> {
  const found: StoredProducer[] = [];
  for (const table of await producersTables(tables)) {
    const { Item } = await ask<{ Item?: Record<string, Value> }>(tables, "GetItem", {
      TableName: table,
      Key: { [PRODUCER_KEY]: { S: producerId } },
      ConsistentRead: true,
    });
    if (Item?.active?.BOOL !== true) continue;
    const secrets = liveSecrets({ secrets: readSecrets(String(Item[SECRETS_ATTRIBUTE]?.S ?? "[]")) }, now);
    found.push({ table, secrets });
  }
  return found;
}

/** A producers table is known by its key, since its name is for the config to choose. */
async function producersTables(tables: Tables): Promise<string[]> {
  const found: string[] = [];
  let start: string | undefined;
  do {
    const page = await ask<{ TableNames: string[]; LastEvaluatedTableName?: string }>(tables, "ListTables", {
      ...(start === undefined ? {} : { ExclusiveStartTableName: start }),
    });
    for (const name of page.TableNames) {
      const { Table } = await ask<{ Table: { KeySchema?: { AttributeName: string }[] } }>(tables, "DescribeTable", {
        TableName: name,
      });
      if (Table.KeySchema?.length === 1 && Table.KeySchema[0]?.AttributeName === PRODUCER_KEY) found.push(name);
    }
    start = page.LastEvaluatedTableName;
  } while (start !== undefined);
  return found;
}

async function ask<Answer>(tables: Tables, action: string, input: object): Promise<Answer> {
  const { status, body } = await tables.handle({
    method: "POST",
    url: "/",
    headers: { "x-amz-target": `${TABLE_TARGET_PREFIX}${action}` },
    body: Buffer.from(JSON.stringify(input)),
  });
  const text = body.toString();
  if (status !== 200) throw new Error(`${action} of the embedded stack's own tables answered ${status}: ${text}`);
  return JSON.parse(text) as Answer;
}
