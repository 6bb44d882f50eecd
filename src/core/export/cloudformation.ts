import { EvpError } from "../errors.js";
import type { Json, JsonObject } from "../event.js";
import { cloudFormationAlarm } from "./cloudformation-alarms.js";
import {
  functionConditions,
  functionParameters,
  functionResources,
  RUNS_CONTAINER,
} from "./cloudformation-function.js";
import { cloudFormationResources } from "./cloudformation-resources.js";
import { principalConditions, roleParameters, roleResource } from "./cloudformation-roles.js";
import { cloudFormationText } from "./cloudformation-text.js";
import { resourcesByArn, type StackExport } from "./stack-export.js";

/** "AWS CloudFormation quotas". */
const MAX_RESOURCES = 500;
const MAX_TEMPLATE_BYTES = 1024 * 1024;

/**
 * A template of AWS CloudFormation for a whole stack, in JSON ("Template anatomy"). Throws an EvpError of category `usage`
 * when the stack does not fit into one.
 */
export function toCloudFormation(stack: StackExport): JsonObject {
  const everything = new Set(resourcesByArn(stack.plan).keys());
  const text = cloudFormationText(stack, everything);
  const onlyContainer = stack.function === undefined ? {} : { Condition: RUNS_CONTAINER };
  const roles = stack.roles.map((role) => [
    role.cloudFormation,
    { ...roleResource(role, stack.settings.stack, text), ...(role.isProcessor ? onlyContainer : {}) },
  ]);
  const Resources: JsonObject = {
    ...cloudFormationResources(stack),
    ...Object.fromEntries(roles),
    ...functionResources(stack, text),
    ...Object.fromEntries(stack.alarms.map((alarm) => [alarm.cloudFormation, cloudFormationAlarm(alarm)])),
  };
  const template: JsonObject = {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `The evp stack ${stack.settings.stack}, as evp init makes it. Written by evp export cloudformation.`,
    Parameters: { AlarmTopicArn: ALARM_TOPIC, ...roleParameters(stack.roles), ...functionParameters(stack) },
    Conditions: {
      HasAlarmTopic: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "AlarmTopicArn" }, ""] }] },
      ...principalConditions(stack.roles),
      ...functionConditions(stack),
    },
    Resources,
    Outputs: outputsOf(stack),
  };
  checkSize(template, Object.keys(Resources).length);
  return template;
}

const ALARM_TOPIC: JsonObject = {
  Type: "String",
  Default: "",
  Description: "ARN of the SNS topic that the alarms tell; empty: none",
};

/** What programs are configured with. */
function outputsOf(stack: StackExport): JsonObject {
  const ids = stack.plan
    .filter(({ kind }) => kind === "queue")
    .map((queue): [string, Json] => {
      const id = stack.idOf(queue).cloudFormation;
      return [`${id}Url`, { Description: `URL of ${queue.name}`, Value: { Ref: id } }];
    });
  const roles = stack.roles.map(({ cloudFormation: id, description, isProcessor }): [string, Json] => [
    `${id}Arn`,
    {
      Description: `ARN of the role of the ${description}`,
      Value: { "Fn::GetAtt": [id, "Arn"] },
      ...(isProcessor && stack.function !== undefined ? { Condition: RUNS_CONTAINER } : {}),
    },
  ]);
  return Object.fromEntries([...ids, ...roles]);
}

function checkSize(template: JsonObject, resources: number): void {
  const bytes = new TextEncoder().encode(JSON.stringify(template)).length;
  if (resources <= MAX_RESOURCES && bytes <= MAX_TEMPLATE_BYTES) return;
  throw new EvpError(
    `one template of CloudFormation takes ${MAX_RESOURCES} resources and 1 MiB, and this stack has ${resources} in ${bytes} bytes`,
    {
      code: "export-too-large",
      category: "usage",
      hint: "Use evp export terraform, or let evp client add make the clients and leave them out of the config.",
    },
  );
}
