import { invalidParameterValue } from "./model-error.js";

/** Where a queue's messages go that were received too often ("Using dead-letter queues in Amazon SQS"). */
export interface RedrivePolicy {
  deadLetterTargetArn: string;
  /** 1–1000. */
  maxReceiveCount: number;
}

const MAX_RECEIVE_COUNT = 1000;
const MAX_SOURCE_QUEUES = 10;

/** @throws ModelError when it is no redrive policy ("SetQueueAttributes", RedrivePolicy) */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const policy = parseObject("RedrivePolicy", text);
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  const refuse = (reason: string) => invalidParameterValue("RedrivePolicy", text, reason);
  if (typeof deadLetterTargetArn !== "string" || maxReceiveCount === undefined) {
    throw refuse("Redrive policy must contain deadLetterTargetArn and maxReceiveCount.");
  }
  if (!/^arn:[^:]+:sqs:[^:]+:[^:]+:[^:]+$/.test(deadLetterTargetArn)) {
    throw refuse("Invalid value for deadLetterTargetArn.");
  }
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > MAX_RECEIVE_COUNT) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to ${MAX_RECEIVE_COUNT} both inclusive.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** Which queues may name this one as their dead-letter queue ("SetQueueAttributes", RedriveAllowPolicy). @throws ModelError */
export function allowsSource(text: string | undefined, sourceArn: string): boolean {
  if (text === undefined) return true;
  const { redrivePermission, sourceQueueArns } = parseObject("RedriveAllowPolicy", text);
  const refuse = (reason: string) => invalidParameterValue("RedriveAllowPolicy", text, reason);
  if (redrivePermission === "allowAll" || redrivePermission === "denyAll") {
    if (sourceQueueArns !== undefined) throw refuse("sourceQueueArns goes with redrivePermission byQueue alone.");
    return redrivePermission === "allowAll";
  }
  if (redrivePermission !== "byQueue") throw refuse("redrivePermission must be allowAll, denyAll or byQueue.");
  if (!Array.isArray(sourceQueueArns) || sourceQueueArns.length < 1 || sourceQueueArns.length > MAX_SOURCE_QUEUES) {
    throw refuse(`sourceQueueArns must name 1 to ${MAX_SOURCE_QUEUES} queues.`);
  }
  return sourceQueueArns.includes(sourceArn);
}

function parseObject(parameter: string, text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return { ...parsed };
  } catch {}
  throw invalidParameterValue(parameter, text, `${parameter} is not a valid JSON map.`);
}
