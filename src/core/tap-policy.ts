import type { Json } from "./event.js";
import type { StackAccount } from "./stack-plan.js";
import { queueArn } from "./stack-plan-arns.js";

/** Lets SNS send to a tap's queue, for these topics and those that fit the pattern ("Example cases for Amazon SNS access control"). */
export function tapPolicy(
  name: string,
  account: StackAccount,
  { arns, pattern }: { arns: string[]; pattern?: string | undefined },
): string {
  const others = arns.filter((arn) => pattern === undefined || !fitsPattern(pattern, arn));
  const statement = {
    Sid: "evp-topics-only",
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn(account, name),
    Condition: { ArnLike: { "aws:SourceArn": [...(pattern === undefined ? [] : [pattern]), ...others] } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** The topics that a tap's policy names one by one, and whether it lets others send too. */
export function topicsOfTapPolicy(policy: string): { arns: string[]; hasPattern: boolean } {
  const named = sourceArns(parse(policy));
  const arns = named.filter((arn) => !arn.includes("*"));
  return { arns, hasPattern: arns.length < named.length };
}

/** Every `aws:SourceArn` in it, wherever it stands. */
function sourceArns(json: Json): string[] {
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) => {
    if (name !== "aws:SourceArn") return sourceArns(value);
    return (Array.isArray(value) ? value : [value]).filter((arn) => typeof arn === "string");
  });
}

function parse(policy: string): Json {
  try {
    return JSON.parse(policy);
  } catch {
    return null;
  }
}

function fitsPattern(pattern: string, arn: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.at(-1) ?? "";
  return arn.length >= start.length + end.length && arn.startsWith(start) && arn.endsWith(end);
}
