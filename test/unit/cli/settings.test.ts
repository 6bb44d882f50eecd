import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { ConfigFile } from "../../../src/cli/config/config-file.js";
import { resolveSettings } from "../../../src/cli/config/resolve-settings.js";
import type { GlobalFlags } from "../../../src/cli/global-flags.js";
import { temporaryFolder } from "./fake-context.js";

const packageRoot = resolve(import.meta.dirname, "../../..");

interface Given {
  flags?: Partial<GlobalFlags>;
  env?: Record<string, string>;
  config?: ConfigFile;
}

async function resolved({ flags = {}, env = {}, config }: Given = {}) {
  const cwd = temporaryFolder();
  if (config !== undefined) writeFileSync(join(cwd, "evp.config.json"), JSON.stringify(config));
  const place = { cwd, env, packageRoot };
  return { cwd, ...(await resolveSettings(place, { color: true, input: true, ...flags })) };
}

async function targetOf(given: Given) {
  return (await resolved(given)).settings.target;
}

test("without any word about it, the target is the embedded stack beside the current folder", async () => {
  const { settings, cwd, configFile } = await resolved();
  expect(settings.target).toEqual({ kind: "local", name: "local", stateDir: join(cwd, ".evp"), port: 4566 });
  expect(configFile).toBeUndefined();
});

test("a call's bound fits into what is left of a lease that is about to be renewed", async () => {
  const { settings } = await resolved({ config: { ingress: { visibilitySeconds: 6 } } });
  expect(settings.process.callTimeoutMs).toBe(2_000);
  const given = { ingress: { visibilitySeconds: 6 }, process: { callTimeoutMs: 3_001 } };
  await expect(resolved({ config: given })).rejects.toMatchObject({ code: "call-timeout-too-long", category: "usage" });
});

test("defaults", async () => {
  const { settings } = await resolved();
  expect(settings).toMatchObject({
    stack: "evp",
    envelope: "evp",
    triage: [],
    ingress: { kind: "fifo", visibilitySeconds: 60, maxReceiveCount: 1000 },
    journal: { retentionDays: 30, replayIndex: true, rejectionIndex: true },
    process: { concurrency: 1000, attempts: 5, callTimeoutMs: 10_000, stopTimeoutMs: 20_000 },
    maxEventBytes: 262_144,
  });
  expect(settings.schemas.folder).toBe(join(packageRoot, "schemas", "events"));
  expect(settings.clients.map((client) => client.id)).toEqual(["client-1", "client-2", "client-3"]);
  expect(settings.names.ingressQueue).toBe("evp-ingress.fifo");
});

test("a flag beats the environment, which beats the config file, which beats the default", async () => {
  const config = { stack: "from-file" };
  const env = { EVP_STACK: "from-env" };
  const flags = { stack: "from-flag" };
  const all = await resolved({ flags, env, config });
  expect([all.settings.stack, all.origins.get("stack")]).toEqual(["from-flag", { source: "flag", name: "--stack" }]);
  const two = await resolved({ env, config });
  expect([two.settings.stack, two.origins.get("stack")]).toEqual([
    "from-env",
    { source: "environment", name: "EVP_STACK" },
  ]);
  const one = await resolved({ config });
  expect([one.settings.stack, one.origins.get("stack")]).toEqual(["from-file", { source: "file", name: "/stack" }]);
  const none = await resolved();
  expect([none.settings.stack, none.origins.get("stack")]).toEqual(["evp", { source: "default", name: "" }]);
});

test("a variable that is set to nothing counts as not set", async () => {
  expect((await resolved({ env: { EVP_STACK: "", EVP_TARGET: "", AWS_ENDPOINT_URL: "" } })).settings.stack).toBe("evp");
});

test("settings of a section can be given one by one", async () => {
  const { settings, origins } = await resolved({
    config: { process: { concurrency: 7 }, journal: { replayIndex: false } },
  });
  expect(settings.process).toMatchObject({ concurrency: 7, attempts: 5 });
  expect(settings.journal).toEqual({ retentionDays: 30, replayIndex: false, rejectionIndex: true });
  expect(origins.get("process.concurrency")).toEqual({ source: "file", name: "/process/concurrency" });
  expect(origins.get("process.attempts")).toEqual({ source: "default", name: "" });
});

test("paths are relative to the config file", async () => {
  const { settings, cwd } = await resolved({
    config: { schemas: { folder: "s", types: { a: "a.json" }, default: "d.json" } },
  });
  expect(settings.schemas).toEqual({
    folder: join(cwd, "s"),
    isBuiltIn: false,
    types: { a: join(cwd, "a.json") },
    default: join(cwd, "d.json"),
  });
});

test("a client is active unless the config says otherwise", async () => {
  const clients = [
    { id: "a", allowedTypes: ["x"] },
    { id: "b", allowedTypes: [], active: false },
  ];
  expect((await resolved({ config: { clients } })).settings.clients).toEqual([
    { id: "a", allowedTypes: ["x"], active: true },
    { id: "b", allowedTypes: [], active: false },
  ]);
});

test("names can be set one by one, and go with the kind of the ingress queue", async () => {
  const config: ConfigFile = { stack: "shop", names: { deadLetterQueue: "dead" }, ingress: { kind: "standard" } };
  const { names } = (await resolved({ config })).settings;
  expect(names.deadLetterQueue).toBe("dead");
  expect(names.ingressQueue).toBe("shop-ingress");
  expect(names.queueOf("a")).toBe("shop-a.fifo");
});

test("--target aws takes region and profile where they are given, and leaves the rest to the SDK", async () => {
  expect(await targetOf({ flags: { target: "aws" } })).toEqual({
    kind: "aws",
    name: "aws",
    region: undefined,
    profile: undefined,
    endpoints: undefined,
  });
  const env = { AWS_REGION: "eu-west-1", AWS_PROFILE: "team" };
  expect(await targetOf({ flags: { target: "aws", region: "us-east-2" }, env })).toMatchObject({
    region: "us-east-2",
    profile: "team",
  });
  const config = { target: "aws", targets: { aws: { region: "sa-east-1", profile: "prod" } } };
  expect(await targetOf({ config })).toMatchObject({ kind: "aws", region: "sa-east-1", profile: "prod" });
});

test("a target of the config with a URL is an endpoint, one without is AWS", async () => {
  const targets = {
    stage: { endpointUrl: "http://localhost:9000", region: "eu-west-1" },
    live: { region: "eu-west-3" },
  };
  const url = "http://localhost:9000";
  expect(await targetOf({ flags: { target: "stage" }, config: { targets } })).toEqual({
    kind: "endpoint",
    name: "stage",
    region: "eu-west-1",
    profile: undefined,
    endpoints: { sqs: url, sns: url, dynamodb: url, sts: url },
  });
  expect(await targetOf({ flags: { target: "live" }, config: { targets } })).toMatchObject({
    kind: "aws",
    name: "live",
    region: "eu-west-3",
  });
});

test("an unknown target gets a suggestion", async () => {
  const config = { targets: { staging: {} } };
  await expect(resolved({ flags: { target: "stagign" }, config })).rejects.toMatchObject({
    message: "unknown target stagign",
    hint: "Did you mean staging?",
    exitCode: 2,
  });
});

test("--endpoint-url stands for every service", async () => {
  const url = "http://127.0.0.1:4566";
  expect(await targetOf({ flags: { endpointUrl: url } })).toEqual({
    kind: "endpoint",
    name: "endpoint",
    region: "us-east-1",
    profile: undefined,
    endpoints: { sqs: url, sns: url, dynamodb: url, sts: url },
  });
});

test("AWS_ENDPOINT_URL leads there, and a service's own variable beats it", async () => {
  const env = { AWS_ENDPOINT_URL: "http://all", AWS_ENDPOINT_URL_DYNAMODB: "http://tables" };
  expect(await targetOf({ env })).toMatchObject({
    kind: "endpoint",
    endpoints: { sqs: "http://all", sns: "http://all", dynamodb: "http://tables", sts: "http://all" },
  });
});

test("an explicit --target local beats AWS_ENDPOINT_URL; a local in the config does not", async () => {
  const env = { AWS_ENDPOINT_URL: "http://all" };
  expect(await targetOf({ flags: { target: "local" }, env })).toMatchObject({ kind: "local" });
  expect(await targetOf({ env: { ...env, EVP_TARGET: "local" } })).toMatchObject({ kind: "local" });
  expect(await targetOf({ env, config: { target: "local" } })).toMatchObject({ kind: "endpoint" });
});

test("an endpoint for some services only leads nowhere, since the others would be asked at AWS", async () => {
  await expect(resolved({ env: { AWS_ENDPOINT_URL_SQS: "http://queues" } })).rejects.toMatchObject({
    message: "AWS_ENDPOINT_URL_SQS is set, and nothing says where sns and dynamodb is",
    exitCode: 2,
  });
});

test("with --target aws, an endpoint for one service is a private way into AWS", async () => {
  const env = { AWS_ENDPOINT_URL_SQS: "http://vpce" };
  expect(await targetOf({ flags: { target: "aws" }, env })).toMatchObject({
    kind: "aws",
    endpoints: { sqs: "http://vpce" },
  });
});

test.each([
  [{ flags: { target: "local", endpointUrl: "http://x" } }, "--target says local and --endpoint-url names an endpoint"],
  [{ flags: { endpointUrl: "x" } }, "--endpoint-url is no URL: x"],
  [{ flags: { profile: "prod" } }, "--profile means nothing to the embedded stack"],
  [{ flags: { stack: "a b" } }, '--stack: "a b" cannot name a stack'],
  [{ env: { EVP_STACK: "-a" } }, 'EVP_STACK: "-a" cannot name a stack'],
])("%o is refused", async (given, message) => {
  await expect(resolved(given)).rejects.toMatchObject({ message, exitCode: 2 });
});

test.each([
  ["AWS_ENDPOINT_URL", "https://sqs.eu-west-1.amazonaws.com"],
  ["AWS_ENDPOINT_URL", "https://sqs.cn-north-1.amazonaws.com.cn/"],
  ["AWS_ENDPOINT_URL_SNS", "https://SNS.eu-west-1.api.aws"],
])("%s=%s alone leads to no real account", async (name, url) => {
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:4000", [name]: url };
  const unclear = { code: "target-unclear", category: "usage", hint: "Say --target aws or --target local." };
  await expect(targetOf({ env })).rejects.toMatchObject(unclear);
  await expect(targetOf({ env, config: { target: "local" } })).rejects.toMatchObject(unclear);
  expect(await targetOf({ env, flags: { target: "aws" } })).toMatchObject({ kind: "aws" });
  expect(await targetOf({ env, flags: { target: "local" } })).toMatchObject({ kind: "local" });
  expect(await targetOf({ flags: { endpointUrl: url } })).toMatchObject({ kind: "endpoint" });
});

test("a host that only looks like one of AWS's is an endpoint like any other", async () => {
  const env = { AWS_ENDPOINT_URL: "http://amazonaws.com.example.org" };
  expect(await targetOf({ env })).toMatchObject({ kind: "endpoint" });
});
