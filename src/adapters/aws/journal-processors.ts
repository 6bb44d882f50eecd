import type { ProcessorReport } from "../../core/processor-report.js";
import { integer, readInteger, readText, text } from "./attribute-values.js";
import { EVENT_ID, FACT } from "./fact-keys.js";
import { queryItems } from "./item-pages.js";
import type { DynamoDbService } from "./services.js";

/** Processors say how they are under a key that no event can have: event ids hold no space. */
const PROCESSOR_PARTITION = "evp processors";
/** A processor that has said nothing for so long is taken to be gone. */
const REPORT_LASTS_SECONDS = 60;

/** Keeps a report in the place of the one before. */
export async function noteProcessor(dynamodb: DynamoDbService, table: string, report: ProcessorReport): Promise<void> {
  await dynamodb.call(`reporting to ${table}`, (sdk, client, options) =>
    client.send(
      new sdk.PutItemCommand({
        TableName: table,
        Item: {
          ...processorKey(report.processorId),
          report: text(JSON.stringify(report)),
          expiresAt: integer(Math.ceil(report.at / 1000) + REPORT_LASTS_SECONDS),
        },
      }),
      options,
    ),
  );
}

export async function forgetProcessor(dynamodb: DynamoDbService, table: string, processorId: string): Promise<void> {
  await dynamodb.call(`forgetting a processor in ${table}`, (sdk, client, options) =>
    client.send(new sdk.DeleteItemCommand({ TableName: table, Key: processorKey(processorId) }), options),
  );
}

/** Every report that is fresh, deleted by time to live or not. */
export async function readProcessors(
  dynamodb: DynamoDbService,
  table: string,
  now: number,
): Promise<ProcessorReport[]> {
  const reports: ProcessorReport[] = [];
  const items = queryItems(dynamodb, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: "#eventId = :partition",
    ExpressionAttributeNames: { "#eventId": EVENT_ID },
    ExpressionAttributeValues: { ":partition": text(PROCESSOR_PARTITION) },
  });
  for await (const item of items) {
    if (readInteger(item, "expiresAt") * 1000 > now) reports.push(JSON.parse(readText(item, "report")));
  }
  return reports;
}

function processorKey(processorId: string) {
  return { [EVENT_ID]: text(PROCESSOR_PARTITION), [FACT]: text(processorId) };
}
