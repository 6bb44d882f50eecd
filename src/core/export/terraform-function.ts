import type { JsonObject } from "../event.js";
import { type FunctionPlan, NETWORK_POLICY } from "./function-plan.js";
import { functionPolicy, type RolePlan } from "./role-plan.js";
import { ingressId, type StackExport } from "./stack-export.js";
import type { Block } from "./terraform-blocks.js";
import { assumedBy } from "./terraform-roles.js";
import { documentText, expression, type TemplateWriter } from "./terraform-text.js";

/** Either the function takes events, or a processor elsewhere does. */
export const COUNT_OF_FUNCTION = expression('var.processor == "function" ? 1 : 0');
const COUNT_OF_CONTAINER = expression('var.processor == "container" ? 1 : 0');

/** How often there is a role: undefined where it is there in any case. */
export function onlyContainer({ function: plan }: StackExport, { isProcessor }: RolePlan): string | undefined {
  return plan !== undefined && isProcessor ? COUNT_OF_CONTAINER : undefined;
}

export function functionVariables({ function: plan }: StackExport): JsonObject {
  if (plan === undefined) return {};
  const optional = (type: string, description: string): JsonObject => ({ type, default: null, description });
  return {
    processor: {
      type: "string",
      default: "function",
      description: "What takes events: the function, or evp process in a container or on a machine",
      validation: {
        condition: expression('contains(["function", "container"], var.processor)'),
        error_message: "Either function or container.",
      },
    },
    code_zip: optional("string", "Path of the function's zip; null: it is in S3"),
    code_bucket: optional("string", "S3 bucket that holds the function's zip"),
    code_key: optional("string", "Key of the function's zip in that bucket"),
    function_memory: { type: "number", default: plan.memoryMb, description: "Memory of the function, MB" },
    function_timeout: {
      type: "number",
      default: plan.timeoutSeconds,
      description: "Seconds for one batch; a sixth of the ingress queue's visibility timeout at most",
    },
    reserved_concurrency: {
      type: "number",
      default: -1,
      description: "Concurrency reserved for the function; -1: none",
    },
    maximum_concurrency: optional("number", "Batches at once, 2 or more; null: no limit"),
    ...(plan.hasDatabase ? DATABASE_VARIABLES : {}),
  };
}

const DATABASE_VARIABLES: JsonObject = {
  store_url: {
    type: "string",
    default: "",
    sensitive: true,
    description: "EVP_STORE_URL of the function; empty: the config has it",
  },
  subnet_ids: {
    type: "list(string)",
    default: [],
    description: "Subnets from which the function reaches the database, SQS and SNS; none: it is in no VPC",
  },
  security_group_ids: { type: "list(string)", default: [], description: "Security groups of the function" },
};

/** The function, its log, its role and what feeds it ("Using Lambda with Amazon SQS"). */
export function functionBlocks(stack: StackExport, text: TemplateWriter): Block[] {
  const { function: plan, settings } = stack;
  if (plan === undefined) return [];
  const tags = { "evp:stack": settings.stack };
  const block = (type: string, body: JsonObject, name = "function"): Block => ({
    type,
    name,
    body: { count: COUNT_OF_FUNCTION, ...body },
  });
  const role = expression("aws_iam_role.function[0].id");
  return [
    block("aws_cloudwatch_log_group", { name: plan.logGroup, retention_in_days: plan.logDays, tags }),
    block("aws_iam_role", {
      description: `function of the evp stack ${settings.stack}`,
      assume_role_policy: assumedBy({ Service: "lambda.amazonaws.com" }),
      tags,
    }),
    block("aws_iam_role_policy", { name: "evp", role, policy: documentText(functionPolicy(settings), text) }),
    block("aws_iam_role_policy", { name: "log", role, policy: LOG_POLICY }, "function_log"),
    ...(plan.hasDatabase ? [networkPolicy(role)] : []),
    block("aws_lambda_function", { ...functionBody(plan), tags }),
    block("aws_lambda_event_source_mapping", sourceBody(stack, plan)),
  ];
}

/** Needed before the function is, which then is in a VPC. */
function networkPolicy(role: string): Block {
  const count = expression('var.processor == "function" && length(var.subnet_ids) > 0 ? 1 : 0');
  const policy = JSON.stringify(NETWORK_POLICY);
  return { type: "aws_iam_role_policy", name: "function_network", body: { count, name: "network", role, policy } };
}

/** Its log is its own affair alone. */
const LOG_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Log",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`${expression("aws_cloudwatch_log_group.function[0].arn")}:*`],
    },
  ],
});

function functionBody(plan: FunctionPlan): JsonObject {
  return {
    function_name: plan.name,
    description: "Takes events as evp process does",
    runtime: plan.runtime,
    handler: plan.handler,
    filename: expression("var.code_zip"),
    source_code_hash: expression("var.code_zip == null ? null : filebase64sha256(var.code_zip)"),
    s3_bucket: expression("var.code_bucket"),
    s3_key: expression("var.code_key"),
    memory_size: expression("var.function_memory"),
    timeout: expression("var.function_timeout"),
    reserved_concurrent_executions: expression("var.reserved_concurrency"),
    role: expression("aws_iam_role.function[0].arn"),
    environment: {
      variables: { ...plan.environment, ...(plan.hasDatabase ? { EVP_STORE_URL: expression("var.store_url") } : {}) },
    },
    ...(plan.hasDatabase ? NETWORK : {}),
    logging_config: { log_format: "Text", log_group: expression("aws_cloudwatch_log_group.function[0].name") },
  };
}

/** Without subnets and groups, the provider leaves the function out of any VPC. */
const NETWORK: JsonObject = {
  vpc_config: {
    subnet_ids: expression("var.subnet_ids"),
    security_group_ids: expression("var.security_group_ids"),
  },
  depends_on: ["aws_iam_role_policy.function_network"],
};

function sourceBody(stack: StackExport, { batchSize }: FunctionPlan): JsonObject {
  return {
    event_source_arn: expression(`aws_sqs_queue.${ingressId(stack).terraform}.arn`),
    function_name: expression("aws_lambda_function.function[0].arn"),
    batch_size: batchSize,
    function_response_types: ["ReportBatchItemFailures"],
    dynamic: {
      scaling_config: {
        for_each: expression("var.maximum_concurrency == null ? [] : [var.maximum_concurrency]"),
        content: { maximum_concurrency: expression("scaling_config.value") },
      },
    },
    depends_on: ["aws_iam_role_policy.function"],
  };
}
