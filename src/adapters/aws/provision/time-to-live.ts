import type { DesiredTimeToLive } from "../../../core/stack-plan.js";
import type { ResourceHandler } from "../../resource-handler.js";
import { ifFound } from "../if-found.js";
import type { DynamoDbService } from "../services.js";
import { ifSupported } from "../unsupported.js";

/** That DynamoDB deletes what has expired, some time later ("Using time to live (TTL) in DynamoDB"). Gone with the table. */
export function timeToLiveHandler(dynamodb: DynamoDbService, { name, attribute }: DesiredTimeToLive): ResourceHandler {
  const enable = async () => {
    const isDone = await ifSupported(async () => {
      await dynamodb.call(`switching on TTL for ${name}`, (sdk, client, options) =>
        client.send(
          new sdk.UpdateTimeToLiveCommand({
            TableName: name,
            TimeToLiveSpecification: { Enabled: true, AttributeName: attribute },
          }),
          options,
        ),
      );
      return true;
    }, false);
    return { skipped: isDone ? [] : [`TTL on ${name}`] };
  };
  return {
    async inspect() {
      const answer = await ifFound(() =>
        ifSupported(
          () =>
            dynamodb.call(`reading the TTL of ${name}`, (sdk, client, options) =>
              client.send(new sdk.DescribeTimeToLiveCommand({ TableName: name }), options),
            ),
          undefined,
        ),
      );
      const { TimeToLiveStatus: status = "DISABLED", AttributeName: found = "" } = answer?.TimeToLiveDescription ?? {};
      if (!status.startsWith("ENABL")) return { state: "absent" };
      if (found === attribute) return { state: "matches" };
      return { state: "conflict", differences: [{ attribute: "TTL attribute", wanted: attribute, found }] };
    },
    create: enable,
    update: enable,
    async remove() {
      return "absent";
    },
  };
}
