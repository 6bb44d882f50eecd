import type { AwsServices } from "../../src/adapters/aws/services.js";
import { type CallError, isCallError } from "../../src/ports/call.js";
import type { AwsService, HandedTarget } from "../contract/aws-target.js";

/**
 * Which services the target lacks: those whose simplest call fails.
 *
 * @throws CallError when none answers, or when the caller may not call them
 */
export async function missingServices(services: AwsServices): Promise<HandedTarget["missing"]> {
  const failures = await Promise.all(
    PROBES.map(async ([service, probe]): Promise<[AwsService, CallError] | undefined> => {
      const error = await probe(services).catch((error: unknown) => error);
      if (error !== undefined && !isCallError(error)) throw error;
      return error === undefined ? undefined : [service, error];
    }),
  );
  const failed = failures.filter((failure) => failure !== undefined);
  const refused = failed.find(([, { kind }]) => kind === "credentials");
  if (refused !== undefined) throw refused[1];
  if (failed.length === PROBES.length && failed[0] !== undefined) throw failed[0][1];
  return Object.fromEntries(failed.map(([service, { message }]) => [service, `${service} is not there: ${message}`]));
}

const PROBES: [AwsService, (services: AwsServices) => Promise<undefined>][] = [
  [
    "sqs",
    async ({ sqs }) => {
      await sqs.call("listing queues", (sdk, client, options) => client.send(new sdk.ListQueuesCommand({}), options));
    },
  ],
  [
    "sns",
    async ({ sns }) => {
      await sns.call("listing topics", (sdk, client, options) => client.send(new sdk.ListTopicsCommand({}), options));
    },
  ],
  [
    "dynamodb",
    async ({ dynamodb }) => {
      await dynamodb.call("listing tables", (sdk, client, options) =>
        client.send(new sdk.ListTablesCommand({}), options),
      );
    },
  ],
];
