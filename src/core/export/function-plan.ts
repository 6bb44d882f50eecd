import type { JsonObject } from "../event.js";
import type { Settings } from "../settings.js";

/** The Lambda function that takes events in the place of `evp process`. */
export interface FunctionPlan {
  name: string;
  handler: string;
  runtime: string;
  memoryMb: number;
  timeoutSeconds: number;
  /** Records of one invocation. */
  batchSize: number;
  logGroup: string;
  logDays: number;
  environment: Record<string, string>;
  /** Its store is a database, whose URL and network whoever deploys it knows. */
  hasDatabase: boolean;
}

/** What a function needs to reach what is in a VPC ("Giving Lambda functions access to resources in an Amazon VPC"). */
export const NETWORK_POLICY: JsonObject = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Network",
      Effect: "Allow",
      Action: [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: ["*"],
    },
  ],
};

/** "Creating and configuring an Amazon SQS event source mapping": the queue's visibility timeout should be six times the function's. */
const VISIBILITY_TIMEOUTS = 6;
const SHORTEST_SECONDS = 3;
/** "Lambda quotas". */
export const LONGEST_SECONDS = 900;

/** A function that has ended long before its messages can be seen again. */
export function planFunction({ stack, ingress, store }: Settings): FunctionPlan {
  const name = `${stack}-processor`;
  const timeoutSeconds = Math.floor(ingress.visibilitySeconds / VISIBILITY_TIMEOUTS);
  return {
    name,
    handler: "index.handler",
    runtime: "nodejs22.x",
    memoryMb: 512,
    timeoutSeconds: Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, timeoutSeconds)),
    batchSize: 10,
    logGroup: `/aws/lambda/${name}`,
    logDays: 30,
    environment: { EVP_TARGET: "aws", EVP_STACK: stack },
    hasDatabase: store.kind === "postgres",
  };
}
