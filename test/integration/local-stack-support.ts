import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import { ensureLocalStack, stopLocalStack } from "../../src/local/background/control.js";
import { dynamoClient, temporaryDirectory } from "./local-tables-support.js";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** The SDK's clients of the four services, all behind one endpoint. */
export function clientsOf(endpoint: string) {
  const settings = { endpoint, region: "us-east-1", credentials: CREDENTIALS, maxAttempts: 1 };
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  const sns = new SNSClient(settings);
  const sts = new STSClient(settings);
  onTestFinished(() => {
    for (const client of [sqs, sns, sts]) {
      client.destroy();
    }
  });
  return { sqs, sns, sts, dynamo: dynamoClient(endpoint) };
}

/** Bundles the test's own program, inside the checkout so that it finds dynalite. @returns how to run it, and how to remove it */
export async function buildProgram(): Promise<{ program: string[]; remove: () => Promise<void> }> {
  const checkout = fileURLToPath(new URL("../../", import.meta.url));
  const cache = join(checkout, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, "evp-test-"));
  const outfile = join(directory, "entry.cjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./local-stack-entry.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["dynalite"],
    logLevel: "error",
  });
  return { program: [process.execPath, outfile], remove: () => rm(directory, { recursive: true, force: true }) };
}

/** A state directory whose background process is stopped after the test. */
export function stateDirectory(): string {
  const stateDir = join(temporaryDirectory(), ".evp");
  onTestFinished(async () => {
    await stopLocalStack(stateDir);
  });
  return stateDir;
}

/** Starts the stack of `stateDir` on any free port, or finds it running. */
export function ensure(program: string[], stateDir: string, port = 0) {
  return ensureLocalStack({ stateDir, port, program, env: process.env });
}
