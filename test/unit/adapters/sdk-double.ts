import * as dynamodbSdk from "@aws-sdk/client-dynamodb";
import * as snsSdk from "@aws-sdk/client-sns";
import * as sqsSdk from "@aws-sdk/client-sqs";
import { createService } from "../../../src/adapters/aws/service.js";
import type { DynamoDbService, SnsService, SqsService } from "../../../src/adapters/aws/services.js";

/** What a command asks for. */
export interface SentCommand {
  /** For instance `SendMessageBatchCommand`. */
  name: string;
  input: Record<string, unknown>;
}

/** Answers a command, or throws what the service would. */
export type Answer = (command: SentCommand) => unknown;

interface Command {
  constructor: { name: string };
  input: Record<string, unknown>;
}

/** SDK clients that never leave the process: each command is written down and answered by hand. */
export function sdkDouble(answer: Answer) {
  const sent: SentCommand[] = [];
  const client = {
    async send(sdkCommand: Command) {
      const command = { name: sdkCommand.constructor.name, input: sdkCommand.input };
      sent.push(command);
      return answer(command);
    },
    destroy() {},
  };
  const service = (sdk: unknown) =>
    createService({ load: async () => sdk, createClient: () => client, timeoutMs: 1000 });
  return {
    sent,
    sqs: service(sqsSdk) as unknown as SqsService,
    sns: service(snsSdk) as unknown as SnsService,
    dynamodb: service(dynamodbSdk) as unknown as DynamoDbService,
  };
}

/** An error as the SDK makes it of a service's answer. */
export function serviceError(name: string, fault: "client" | "server" = "client", message = `${name}!`): Error {
  return Object.assign(new Error(message), { name, $fault: fault, $metadata: {} });
}
