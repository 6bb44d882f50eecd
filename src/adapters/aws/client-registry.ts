import { type ClientRecord, isPoisonPolicy } from "../../core/client.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import { type Item, readBoolean, readText, readTextList, text, textList } from "./attribute-values.js";
import { batchGet } from "./batch-get.js";
import { conditionOf } from "./client-condition.js";
import { onCondition } from "./conditional.js";
import { scanItems } from "./item-pages.js";
import type { DynamoDbService } from "./services.js";

interface RegistryParts {
  dynamodb: DynamoDbService;
  clock: Clock;
  table: string;
}

/** The client registry in a DynamoDB table, one item per client, read strongly consistent ("DynamoDB read consistency"). */
export function createClientRegistry({ dynamodb, clock, table }: RegistryParts): ClientRegistry {
  return {
    async get(clientIds) {
      const keys = [...new Set(clientIds)].map((clientId) => ({ clientId: text(clientId) }));
      const items = await batchGet({ dynamodb, clock }, table, keys);
      return new Map(items.map(toRecord).map((record) => [record.clientId, record]));
    },
    async list() {
      const records: ClientRecord[] = [];
      const items = scanItems(dynamodb, { TableName: table, ConsistentRead: true });
      for await (const item of items) records.push(toRecord(item));
      return records;
    },
    put: (client, expected) =>
      onCondition(() =>
        dynamodb.call(`writing client ${client.clientId} to ${table}`, (sdk, sdkClient, options) =>
          sdkClient.send(
            new sdk.PutItemCommand({ TableName: table, Item: toItem(client), ...conditionOf(expected) }),
            options,
          ),
        ),
      ),
    async remove(clientId) {
      await dynamodb.call(`removing client ${clientId} from ${table}`, (sdk, client, options) =>
        client.send(new sdk.DeleteItemCommand({ TableName: table, Key: { clientId: text(clientId) } }), options),
      );
    },
  };
}

function toItem({ clientId, active, allowedTypes, poisonPolicy, topicArn, queueName }: ClientRecord): Item {
  return {
    clientId: text(clientId),
    active: { BOOL: active },
    allowedTypes: textList(allowedTypes),
    poisonPolicy: text(poisonPolicy),
    topicArn: text(topicArn),
    queueName: text(queueName),
  };
}

/** An item of an older version of evp has no poison policy. */
function toRecord(item: Item): ClientRecord {
  const poisonPolicy = readText(item, "poisonPolicy");
  return {
    clientId: readText(item, "clientId"),
    active: readBoolean(item, "active"),
    allowedTypes: readTextList(item, "allowedTypes"),
    poisonPolicy: isPoisonPolicy(poisonPolicy) ? poisonPolicy : "skip",
    topicArn: readText(item, "topicArn"),
    queueName: readText(item, "queueName"),
  };
}
