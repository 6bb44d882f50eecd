import type { Json, JsonObject } from "../event.js";
import type { TextWriter } from "./cloudformation-text.js";
import { type FunctionPlan, LONGEST_SECONDS, NETWORK_POLICY } from "./function-plan.js";
import { withTexts } from "./place.js";
import { functionPolicy } from "./role-plan.js";
import { ingressId, type StackExport } from "./stack-export.js";

/** Either the function takes events, or a processor elsewhere does. */
export const RUNS_FUNCTION = "RunsFunction";
export const RUNS_CONTAINER = "RunsContainer";

export function functionParameters({ function: plan, settings }: StackExport): JsonObject {
  if (plan === undefined) return {};
  return {
    Processor: {
      Type: "String",
      Default: "function",
      AllowedValues: ["function", "container"],
      Description: "What takes events: the function, or evp process in a container or on a machine",
    },
    CodeBucket: { Type: "String", Description: "S3 bucket that holds the function's zip" },
    CodeKey: { Type: "String", Description: "Key of the function's zip in that bucket" },
    FunctionMemory: numberParameter(plan.memoryMb, [128, 10_240], "Memory of the function, MB"),
    FunctionTimeout: numberParameter(
      plan.timeoutSeconds,
      [1, Math.min(LONGEST_SECONDS, settings.ingress.visibilitySeconds)],
      "Seconds for one batch; a sixth of the ingress queue's visibility timeout at most",
    ),
    ReservedConcurrency: numberParameter(-1, [-1, 1000], "Concurrency reserved for the function; -1: none"),
    MaximumConcurrency: numberParameter(0, [0, 1000], "Batches at once, 2 or more; 0: no limit"),
    ...(plan.hasDatabase ? DATABASE_PARAMETERS : {}),
  };
}

const DATABASE_PARAMETERS: JsonObject = {
  StoreUrl: {
    Type: "String",
    Default: "",
    NoEcho: true,
    Description: "EVP_STORE_URL of the function; empty: the config has it",
  },
  SubnetIds: {
    Type: "CommaDelimitedList",
    Default: "",
    Description: "Subnets from which the function reaches the database, SQS and SNS; empty: it is in no VPC",
  },
  SecurityGroupIds: { Type: "CommaDelimitedList", Default: "", Description: "Security groups of the function" },
};

function numberParameter(Default: number, [MinValue, MaxValue]: [number, number], Description: string): JsonObject {
  return { Type: "Number", Default, MinValue, MaxValue, Description };
}

export function functionConditions({ function: plan }: StackExport): JsonObject {
  if (plan === undefined) return {};
  return {
    [RUNS_FUNCTION]: { "Fn::Equals": [{ Ref: "Processor" }, "function"] },
    [RUNS_CONTAINER]: { "Fn::Equals": [{ Ref: "Processor" }, "container"] },
    ReservesConcurrency: isNot({ Ref: "ReservedConcurrency" }, "-1"),
    LimitsConcurrency: isNot({ Ref: "MaximumConcurrency" }, "0"),
    ...(plan.hasDatabase ? { [IN_NETWORK]: isNot({ "Fn::Join": ["", { Ref: "SubnetIds" }] }, "") } : {}),
  };
}

/** The function is in somebody's VPC. */
const IN_NETWORK = "IsInNetwork";

function isNot(one: JsonObject, value: string): JsonObject {
  return { "Fn::Not": [{ "Fn::Equals": [one, value] }] };
}

function onlyIf(condition: string, value: JsonObject): JsonObject {
  return { "Fn::If": [condition, value, { Ref: "AWS::NoValue" }] };
}

/** The function, its log, its role and what feeds it ("Using Lambda with Amazon SQS"). */
export function functionResources(stack: StackExport, text: TextWriter): JsonObject {
  const { function: plan, settings } = stack;
  if (plan === undefined) return {};
  const Tags = [{ Key: "evp:stack", Value: settings.stack }];
  const onlyFunction = (Type: string, Properties: JsonObject): JsonObject => ({
    Type,
    Condition: RUNS_FUNCTION,
    Properties,
  });
  return {
    FunctionLog: {
      ...onlyFunction("AWS::Logs::LogGroup", { LogGroupName: plan.logGroup, RetentionInDays: plan.logDays, Tags }),
      DeletionPolicy: "Delete",
      UpdateReplacePolicy: "Delete",
    },
    FunctionRole: onlyFunction("AWS::IAM::Role", {
      Description: `function of the evp stack ${settings.stack}`,
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
      Policies: [
        { PolicyName: "evp", PolicyDocument: withTexts(functionPolicy(settings), text) },
        { PolicyName: "log", PolicyDocument: LOG_POLICY },
        ...(plan.hasDatabase ? [onlyIf(IN_NETWORK, { PolicyName: "network", PolicyDocument: NETWORK_POLICY })] : []),
      ],
      Tags,
    }),
    Function: onlyFunction("AWS::Lambda::Function", functionProperties(plan, Tags)),
    FunctionSource: onlyFunction("AWS::Lambda::EventSourceMapping", sourceProperties(stack, plan)),
  };
}

const LOG_POLICY: JsonObject = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Log",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [{ "Fn::GetAtt": ["FunctionLog", "Arn"] }],
    },
  ],
};

function functionProperties(plan: FunctionPlan, Tags: Json): JsonObject {
  return {
    FunctionName: plan.name,
    Description: "Takes events as evp process does",
    Runtime: plan.runtime,
    Handler: plan.handler,
    Code: { S3Bucket: { Ref: "CodeBucket" }, S3Key: { Ref: "CodeKey" } },
    MemorySize: { Ref: "FunctionMemory" },
    Timeout: { Ref: "FunctionTimeout" },
    ReservedConcurrentExecutions: onlyIf("ReservesConcurrency", { Ref: "ReservedConcurrency" }),
    Role: { "Fn::GetAtt": ["FunctionRole", "Arn"] },
    Environment: {
      Variables: { ...plan.environment, ...(plan.hasDatabase ? { EVP_STORE_URL: { Ref: "StoreUrl" } } : {}) },
    },
    ...(plan.hasDatabase ? { VpcConfig: onlyIf(IN_NETWORK, NETWORK) } : {}),
    LoggingConfig: { LogGroup: { Ref: "FunctionLog" } },
    Tags,
  };
}

const NETWORK: JsonObject = { SubnetIds: { Ref: "SubnetIds" }, SecurityGroupIds: { Ref: "SecurityGroupIds" } };

function sourceProperties(stack: StackExport, { batchSize }: FunctionPlan): JsonObject {
  return {
    EventSourceArn: { "Fn::GetAtt": [ingressId(stack).cloudFormation, "Arn"] },
    FunctionName: { Ref: "Function" },
    BatchSize: batchSize,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    ScalingConfig: onlyIf("LimitsConcurrency", { MaximumConcurrency: { Ref: "MaximumConcurrency" } }),
  };
}
