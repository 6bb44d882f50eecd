import type { StackAccount } from "./stack-plan.js";

/** ARN of a queue ("Amazon Resource Names (ARNs)"). */
export function queueArn({ account, region }: StackAccount, name: string): string {
  return `arn:${partitionOf(region)}:sqs:${region}:${account}:${name}`;
}

export function topicArn({ account, region }: StackAccount, name: string): string {
  return `arn:${partitionOf(region)}:sns:${region}:${account}:${name}`;
}

export function tableArn({ account, region }: StackAccount, name: string): string {
  return `arn:${partitionOf(region)}:dynamodb:${region}:${account}:table/${name}`;
}

/** The part of AWS that a region belongs to, which every ARN names ("AWS partitions"). */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}
