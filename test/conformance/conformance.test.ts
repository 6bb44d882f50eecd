import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createServices } from "../../src/adapters/aws/services.js";
import { serveLocalStack } from "../../src/local/background/serve.js";
import type { Verdict } from "./verdict.js";

const PROJECT = resolve(import.meta.dirname, "../..");
const SCRIPT = ["--import", "./test/chaos/resolve-typescript.mjs", "test/conformance/main.ts"];
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

function start(args: string[], env: Record<string, string> = {}) {
  const child = execa(process.execPath, [...SCRIPT, ...args], { cwd: PROJECT, env, reject: false, stdin: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function serveStack(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "evp-conformance-"));
  const stack = await serveLocalStack({ stateDir: directory, port: 0, version: "0.0.0", log: () => {} });
  onTestFinished(async () => {
    await stack.close();
    await rm(directory, { recursive: true, force: true });
  });
  return stack.endpoint;
}

/** Something in front of a stack that answers 500 to these actions, as their names begin. */
async function serveLacking(stack: string, actions: string[]): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const action = String(incoming.headers["x-amz-target"] ?? "");
    if (actions.some((lacking) => action.startsWith(lacking))) outgoing.writeHead(500).end();
    else passOn(stack, incoming, outgoing);
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
}

function passOn(stack: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers, url = "/" } = incoming;
  const forwarded = request(new URL(url, stack), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  forwarded.on("error", () => outgoing.destroy());
  incoming.pipe(forwarded);
}

/** How many queues, topics and tables there are. */
async function countResources(endpoint: string): Promise<number> {
  const endpoints = { sqs: endpoint, sns: endpoint, dynamodb: endpoint, sts: endpoint };
  const access = { endpoints, region: "us-east-1", profile: undefined, credentials: CREDENTIALS };
  const { sqs, sns, dynamodb, close } = createServices(access, 10_000);
  const lists = await Promise.all([
    sqs.call("listing", async (sdk, client) => (await client.send(new sdk.ListQueuesCommand({}))).QueueUrls),
    sns.call("listing", async (sdk, client) => (await client.send(new sdk.ListTopicsCommand({}))).Topics),
    dynamodb.call("listing", async (sdk, client) => (await client.send(new sdk.ListTablesCommand({}))).TableNames),
  ]);
  close();
  return lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
}

describe("npm run conformance", () => {
  it("tells the rules that a target breaks from those that could not be tried, and leaves nothing behind", async () => {
    const stack = await serveStack();
    const endpoint = await serveLacking(stack, ["DynamoDB_", "AmazonSQS.ChangeMessageVisibility"]);
    const { exitCode, stdout } = await start(["--endpoint-url", endpoint, "--json"]);
    const document: { passed: number; failed: number; notTried: number; rules: Verdict[] } = JSON.parse(stdout);
    const rulesOf = (result: Verdict["result"]) => document.rules.filter((verdict) => verdict.result === result);
    expect(rulesOf("broken").map(({ rule }) => rule)).toEqual([
      "keeps a group back behind a message that stays away for longer",
      "hands a group out up to its first message that is still away",
      "refuses an old receipt handle once the message was received again",
      "keeps a message away for as long as it was last told",
      "makes a message visible at once, and counted, with 0 seconds",
      "gives a group back in its order, whatever the order of its release",
      "refuses to change what is not in flight any more",
      "gets a message that was received too often, as it was, and lets its group go on",
    ]);
    expect(rulesOf("broken")[0]).toMatchObject({
      subject: "a FIFO queue of SQS · groups",
      page: "FIFO queue delivery logic in Amazon SQS",
      reason: expect.stringContaining("changing the visibility of messages"),
    });
    for (const { subject, reason } of rulesOf("not tried")) {
      expect(subject).toMatch(/DynamoDB|tables|a whole stack/);
      expect(reason).toContain("dynamodb is not there");
    }
    expect(document).toMatchObject({
      failed: 8,
      passed: rulesOf("kept").length,
      notTried: rulesOf("not tried").length,
    });
    expect(rulesOf("kept").length).toBeGreaterThan(40);
    expect(exitCode).toBe(5);
    expect(await countResources(stack)).toBe(0);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const stack = await serveStack();
    const child = start(["--endpoint-url", stack]);
    let told = "";
    child.stderr.on("data", (text) => {
      told += text;
    });
    await vi.waitFor(() => expect(told).toContain("deduplication"), { timeout: 50_000, interval: 50 });
    child.kill("SIGINT");
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/\n\d+ passed, 0 failed\n?$/);
    expect(await countResources(stack)).toBe(0);
  });

  it("touches a real account only when it is told to", async () => {
    const stack = await serveStack();
    const env = { AWS_ENDPOINT_URL: stack, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    const { exitCode, stderr } = await start(["--target", "aws", "--region", "us-east-1"], env);
    expect(stderr).toContain("Checking AWS account 000000000000, region us-east-1.");
    expect(stderr).toContain("Add --yes.");
    expect(exitCode).toBe(2);
  });

  it.each([
    ["nothing", []],
    ["a target and an endpoint", ["--target", "aws", "--endpoint-url", "http://127.0.0.1:1"]],
    ["no URL", ["--endpoint-url", "there"]],
    ["an unknown option", ["--all"]],
  ])("says how it is used when it is given %s", async (_, args) => {
    const { exitCode, stderr } = await start(args);
    expect(stderr).toContain("npm run conformance -- --endpoint-url <url>");
    expect(exitCode).toBe(2);
  });

  it("says so when nobody answers", async () => {
    const { exitCode, stderr } = await start(["--endpoint-url", "http://127.0.0.1:1"]);
    expect(stderr).toContain("ECONNREFUSED");
    expect(exitCode).toBe(7);
  });
});
