import type { Json, JsonObject } from "../event.js";
import { resourcesByArn, type StackExport } from "./stack-export.js";
import { alarmBlock } from "./terraform-alarms.js";
import { type Block, blocksByType } from "./terraform-blocks.js";
import { functionBlocks, functionVariables, onlyContainer } from "./terraform-function.js";
import { terraformResources } from "./terraform-resources.js";
import { roleBlocks, roleVariables } from "./terraform-roles.js";
import { expression, terraformText } from "./terraform-text.js";

/** Blocks for the keys of indexes and queues of up to 1 MiB came with these versions of the provider (its CHANGELOG). */
const VERSIONS = {
  required_version: ">= 1.5",
  required_providers: { aws: { source: "hashicorp/aws", version: ">= 6.30" } },
};

/** A configuration of Terraform or OpenTofu for a whole stack, in JSON ("JSON Configuration Syntax"). */
export function toTerraform(stack: StackExport): JsonObject {
  const everything = new Set(resourcesByArn(stack.plan).keys());
  const text = terraformText(stack, everything);
  const blocks: Block[] = [
    ...terraformResources(stack),
    ...stack.roles.flatMap((role) => roleBlocks(role, stack, text)),
    ...functionBlocks(stack, text),
    ...stack.alarms.map(alarmBlock),
  ];
  return {
    terraform: VERSIONS,
    ...providerOf(stack),
    data: { aws_caller_identity: { current: {} }, aws_region: { current: {} }, aws_partition: { current: {} } },
    variable: { alarm_topic_arn: ALARM_TOPIC, ...roleVariables(stack.roles), ...functionVariables(stack) },
    resource: blocksByType(blocks),
    output: outputsOf(stack),
  };
}

const ALARM_TOPIC: JsonObject = {
  type: "string",
  default: null,
  description: "ARN of the SNS topic that the alarms tell; null: none",
};

/** None where the place is open: the configuration then is a module for whoever has a provider. */
function providerOf({ place: { account, region } }: StackExport): JsonObject {
  if (account === undefined && region === undefined) return {};
  const aws: JsonObject = {
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { allowed_account_ids: [account] }),
  };
  return { provider: { aws } };
}

function outputsOf(stack: StackExport): JsonObject {
  const queues = stack.plan
    .filter(({ kind }) => kind === "queue")
    .map((queue): [string, Json] => {
      const name = stack.idOf(queue).terraform;
      return [
        `${name}_queue_url`,
        { description: `URL of ${queue.name}`, value: expression(`aws_sqs_queue.${name}.url`) },
      ];
    });
  const roles = stack.roles.map((role): [string, Json] => {
    const address = `aws_iam_role.${role.terraform}`;
    const value =
      onlyContainer(stack, role) === undefined ? expression(`${address}.arn`) : expression(`one(${address}[*].arn)`);
    return [`${role.terraform}_role_arn`, { description: `ARN of the role of the ${role.description}`, value }];
  });
  return Object.fromEntries([...queues, ...roles]);
}
