import type { Json, JsonObject } from "../event.js";
import type { TextWriter } from "./cloudformation-text.js";
import { type FunctionPlan, LONGEST_SECONDS } from "./function-plan.js";
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
  };
}

function numberParameter(Default: number, [MinValue, MaxValue]: [number, number], Description: string): JsonObject {
  return { Type: "Number", Default, MinValue, MaxValue, Description };
}

export function functionConditions({ function: plan }: StackExport): JsonObject {
  if (plan === undefined) return {};
  return {
    [RUNS_FUNCTION]: { "Fn::Equals": [{ Ref: "Processor" }, "function"] },
    [RUNS_CONTAINER]: { "Fn::Equals": [{ Ref: "Processor" }, "container"] },
    ReservesConcurrency: isNot("ReservedConcurrency", "-1"),
    LimitsConcurrency: isNot("MaximumConcurrency", "0"),
  };
}

function isNot(parameter: string, value: string): JsonObject {
  return { "Fn::Not": [{ "Fn::Equals": [{ Ref: parameter }, value] }] };
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
    ReservedConcurrentExecutions: {
      "Fn::If": ["ReservesConcurrency", { Ref: "ReservedConcurrency" }, { Ref: "AWS::NoValue" }],
    },
    Role: { "Fn::GetAtt": ["FunctionRole", "Arn"] },
    Environment: { Variables: plan.environment },
    LoggingConfig: { LogGroup: { Ref: "FunctionLog" } },
    Tags,
  };
}

function sourceProperties(stack: StackExport, { batchSize }: FunctionPlan): JsonObject {
  return {
    EventSourceArn: { "Fn::GetAtt": [ingressId(stack).cloudFormation, "Arn"] },
    FunctionName: { Ref: "Function" },
    BatchSize: batchSize,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    ScalingConfig: {
      "Fn::If": ["LimitsConcurrency", { MaximumConcurrency: { Ref: "MaximumConcurrency" } }, { Ref: "AWS::NoValue" }],
    },
  };
}
