import type { ProducerRecord } from "../../core/producer.js";
import { PRODUCER_KEY, readSecrets, SECRETS_ATTRIBUTE, writeSecrets } from "../../core/producer-secret.js";
import type { ProducerRegistry } from "../../ports/producer-registry.js";
import { type Item, integer, readBoolean, readText, text } from "./attribute-values.js";
import { onCondition } from "./conditional.js";
import { scanItems } from "./item-pages.js";
import type { DynamoDbService } from "./services.js";

/** The producer registry in a DynamoDB table, one item per producer, read strongly consistent ("DynamoDB read consistency"). */
export function createProducerRegistry(dynamodb: DynamoDbService, table: string): ProducerRegistry {
  const keyOf = (producerId: string): Item => ({ [PRODUCER_KEY]: text(producerId) });
  return {
    async get(producerId) {
      const answer = await dynamodb.call(`reading producer ${producerId} of ${table}`, (sdk, client, options) =>
        client.send(
          new sdk.GetItemCommand({ TableName: table, Key: keyOf(producerId), ConsistentRead: true }),
          options,
        ),
      );
      return answer.Item && toRecord(answer.Item);
    },
    async list() {
      const records: ProducerRecord[] = [];
      const items = scanItems(dynamodb, { TableName: table, ConsistentRead: true });
      for await (const item of items) records.push(toRecord(item));
      return records;
    },
    put: (producer, expected) =>
      onCondition(() =>
        dynamodb.call(`writing producer ${producer.producerId} to ${table}`, (sdk, client, options) =>
          client.send(
            new sdk.PutItemCommand({ TableName: table, Item: toItem(producer), ...conditionOf(expected) }),
            options,
          ),
        ),
      ),
    async remove(producerId) {
      await dynamodb.call(`removing producer ${producerId} from ${table}`, (sdk, client, options) =>
        client.send(new sdk.DeleteItemCommand({ TableName: table, Key: keyOf(producerId) }), options),
      );
    },
  };
}

const MEMBERS = ["active", "allowedClients", "allowedTypes", "ratePerSecond", SECRETS_ATTRIBUTE] as const;
/** Between names, of which none has it in it: a text can be compared on every emulator, a list cannot. */
const SEPARATOR = " ";

/** What is empty is left out, since not every emulator takes an empty text. */
function toItem(producer: ProducerRecord): Item {
  const { producerId, active, allowedClients, allowedTypes, ratePerSecond, secrets } = producer;
  return {
    [PRODUCER_KEY]: text(producerId),
    active: { BOOL: active },
    ...(allowedClients.length === 0 ? {} : { allowedClients: text(allowedClients.join(SEPARATOR)) }),
    ...(allowedTypes.length === 0 ? {} : { allowedTypes: text(allowedTypes.join(SEPARATOR)) }),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond: integer(ratePerSecond) }),
    ...(secrets.length === 0 ? {} : { [SECRETS_ATTRIBUTE]: text(writeSecrets(secrets)) }),
  };
}

function toRecord(item: Item): ProducerRecord {
  const rate = item.ratePerSecond?.N;
  return {
    producerId: readText(item, PRODUCER_KEY),
    active: readBoolean(item, "active"),
    allowedClients: readNames(item, "allowedClients"),
    allowedTypes: readNames(item, "allowedTypes"),
    ...(rate === undefined ? {} : { ratePerSecond: Number(rate) }),
    secrets: readSecrets(readText(item, SECRETS_ATTRIBUTE)),
  };
}

function readNames(item: Item, member: string): string[] {
  return readText(item, member)
    .split(SEPARATOR)
    .filter((name) => name !== "");
}

/** That a producer's item is still as it was read, or that there is none yet ("Condition expressions"). */
function conditionOf(expected: ProducerRecord | undefined) {
  if (expected === undefined) {
    return { ConditionExpression: "attribute_not_exists(#id)", ExpressionAttributeNames: { "#id": PRODUCER_KEY } };
  }
  const item = toItem(expected);
  const clauses = ["attribute_exists(#id)"];
  const values: Item = {};
  for (const member of MEMBERS) {
    const value = item[member];
    clauses.push(value === undefined ? `attribute_not_exists(#${member})` : `#${member} = :${member}`);
    if (value !== undefined) values[`:${member}`] = value;
  }
  return {
    ConditionExpression: clauses.join(" AND "),
    ExpressionAttributeNames: Object.fromEntries([
      ["#id", PRODUCER_KEY],
      ...MEMBERS.map((member) => [`#${member}`, member]),
    ]),
    ExpressionAttributeValues: values,
  };
}
