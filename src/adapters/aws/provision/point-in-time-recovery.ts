import type { DesiredPointInTimeRecovery } from "../../../core/stack-plan.js";
import { isCallError } from "../../../ports/call.js";
import type { Clock } from "../../../ports/clock.js";
import type { ResourceHandler } from "../../resource-handler.js";
import { ifFound } from "../if-found.js";
import type { DynamoDbService } from "../services.js";
import { ifSupported } from "../unsupported.js";

/** A new table cannot be backed up at once ("UpdateContinuousBackups", ContinuousBackupsUnavailableException). */
const NOT_YET = "ContinuousBackupsUnavailableException";
const NOT_YET_DELAY_MS = 2000;
const NOT_YET_TRIES = 30;

/** Continuous backups of a table ("Point-in-time backups for DynamoDB"). Gone with the table. */
export function pointInTimeRecoveryHandler(
  { dynamodb, clock }: { dynamodb: DynamoDbService; clock: Clock },
  { name }: DesiredPointInTimeRecovery,
): ResourceHandler {
  const enable = async () => {
    const isDone = await ifSupported(() => enableRecovery(dynamodb, clock, name), false);
    return { skipped: isDone ? [] : [`point-in-time recovery on ${name}`] };
  };
  return {
    async inspect() {
      const answer = await ifFound(() =>
        ifSupported(
          () =>
            dynamodb.call(`reading the backups of ${name}`, (sdk, client, options) =>
              client.send(new sdk.DescribeContinuousBackupsCommand({ TableName: name }), options),
            ),
          undefined,
        ),
      );
      const recovery = answer?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
      return { state: recovery?.PointInTimeRecoveryStatus === "ENABLED" ? "matches" : "absent" };
    },
    create: enable,
    update: enable,
    async remove() {
      return "absent";
    },
  };
}

async function enableRecovery(dynamodb: DynamoDbService, clock: Clock, name: string): Promise<true> {
  for (let attempt = 1; ; attempt++) {
    try {
      await dynamodb.call(`switching on point-in-time recovery for ${name}`, (sdk, client, options) =>
        client.send(
          new sdk.UpdateContinuousBackupsCommand({
            TableName: name,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
          options,
        ),
      );
      return true;
    } catch (error) {
      const isTooSoon = isCallError(error) && error.fault.code === NOT_YET;
      if (!isTooSoon || attempt === NOT_YET_TRIES) throw error;
      await clock.sleep(NOT_YET_DELAY_MS);
    }
  }
}
