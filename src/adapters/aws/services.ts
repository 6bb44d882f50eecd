import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { STSClient } from "@aws-sdk/client-sts";
import { EvpError } from "../../core/errors.js";
import { callDirectly, type DirectableClient } from "./direct/direct-client.js";
import { type LeanableClient, makeLean } from "./lean-client.js";
import { createService, type Service } from "./service.js";
import type { TargetAccess } from "./target-access.js";

export type SqsService = Service<typeof import("@aws-sdk/client-sqs"), SQSClient>;
export type SnsService = Service<typeof import("@aws-sdk/client-sns"), SNSClient>;
export type DynamoDbService = Service<typeof import("@aws-sdk/client-dynamodb"), DynamoDBClient>;
type StsService = Service<typeof import("@aws-sdk/client-sts"), STSClient>;

/** The services that a stack lives on. */
export interface AwsServices {
  sqs: SqsService;
  sns: SnsService;
  dynamodb: DynamoDbService;
  sts: StsService;
  apiCalls(): Record<string, number>;
  close(): void;
}

/** Enough for every call that one process has in flight: without it the SDK makes them queue for 50 sockets. */
const MAX_SOCKETS = 256;

/** Makes the four services; nothing is loaded or called yet. */
export function createServices(access: TargetAccess, timeoutMs: number): AwsServices {
  const calls: Record<string, number> = {};
  const count = (operation: string) => {
    calls[operation] = (calls[operation] ?? 0) + 1;
  };
  const prepared = <Client extends CountableClient & RegionalClient & LeanableClient & DirectableClient>(
    client: Client,
  ) => withRegion(callDirectly(makeLean(countingCalls(client, count)), count));
  const sqs: SqsService = createService({
    load: () => import("@aws-sdk/client-sqs"),
    // A queue URL names the host by which somebody else reached the queue; it must not decide where a request goes.
    createClient: (sdk) =>
      prepared(
        new sdk.SQSClient({ ...clientConfig(access, access.endpoints.sqs), useQueueUrlAsEndpoint: false, md5: false }),
      ),
    timeoutMs,
  });
  const sns: SnsService = createService({
    load: () => import("@aws-sdk/client-sns"),
    createClient: (sdk) => prepared(new sdk.SNSClient(clientConfig(access, access.endpoints.sns))),
    timeoutMs,
  });
  const dynamodb: DynamoDbService = createService({
    load: () => import("@aws-sdk/client-dynamodb"),
    createClient: (sdk) => prepared(new sdk.DynamoDBClient(clientConfig(access, access.endpoints.dynamodb))),
    timeoutMs,
  });
  const sts: StsService = createService({
    load: () => import("@aws-sdk/client-sts"),
    createClient: (sdk) => prepared(new sdk.STSClient(clientConfig(access, access.endpoints.sts))),
    timeoutMs,
  });
  return {
    sqs,
    sns,
    dynamodb,
    sts,
    apiCalls: () => ({ ...calls }),
    close() {
      for (const service of [sqs, sns, dynamodb, sts]) service.close();
    },
  };
}

/**
 * AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT choose among AWS's own endpoints; beside one that is given, the SDK
 * refuses them ("FIPS endpoints", AWS SDKs and tools).
 */
const NO_ENDPOINT_OF_AWS = { useFipsEndpoint: false, useDualstackEndpoint: false };

/** `maxAttempts: 1`: the SDK's own retries are off, since only the callers know whether a lease outlives another attempt. */
function clientConfig(access: TargetAccess, endpoint: string | undefined) {
  return {
    maxAttempts: 1,
    requestHandler: {
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
    ...(endpoint === undefined ? {} : { endpoint, ...NO_ENDPOINT_OF_AWS }),
    ...(access.region === undefined ? {} : { region: access.region }),
    ...(access.profile === undefined ? {} : { profile: access.profile }),
    ...(access.credentials === undefined ? {} : { credentials: access.credentials }),
  };
}

interface RegionalClient {
  config: { region(): Promise<string> };
}

/** Throws an EvpError when neither the settings nor the SDK's own chain know a region, or when what they know is none. */
async function withRegion<Client extends RegionalClient>(client: Client): Promise<Client> {
  try {
    await client.config.region();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EvpError(`no AWS region can be used: ${why}`, {
      code: "region-unusable",
      category: "usage",
      hint: "Give --region, set AWS_REGION, or name a profile that has a region.",
      cause: error,
    });
  }
  return client;
}

type Handler = (args: never) => Promise<unknown>;

/** As much of an SDK client's middleware stack as counting needs. */
interface CountableClient {
  middlewareStack: {
    add(middleware: unknown, options: unknown): void;
  };
}

/** Counts what the SDK sends for the client, by operation. */
function countingCalls<Client extends CountableClient>(client: Client, count: (operation: string) => void): Client {
  const middleware = (next: Handler, context: { commandName?: string | undefined }): Handler => {
    const operation = (context.commandName ?? "unknown").replace(/Command$/, "");
    return (args) => {
      count(operation);
      return next(args);
    };
  };
  client.middlewareStack.add(middleware, { step: "initialize", name: "countingCalls" });
  return client;
}
