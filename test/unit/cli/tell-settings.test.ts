import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../../src/cli/doctor/read-config.js";
import type { GlobalFlags } from "../../../src/cli/global-flags.js";
import { temporaryFolder } from "./fake-context.js";

const PACKAGE = resolve(import.meta.dirname, "../../..");

interface Given {
  flags?: Partial<GlobalFlags>;
  env?: Record<string, string>;
  config?: object;
}

/** Every setting on a line: name, value, who said so. */
async function told({ flags = {}, env = {}, config }: Given): Promise<string[]> {
  const cwd = temporaryFolder();
  if (config !== undefined) await writeFile(join(cwd, "evp.config.json"), JSON.stringify(config));
  const read = await readConfig({ cwd, env, packageRoot: PACKAGE }, { color: true, input: true, ...flags });
  if ("problem" in read.config) throw read.config.problem;
  return read.config.sources.map(({ name, value, from }) => `${name} = ${JSON.stringify(value)} (${from})`);
}

describe("every setting is told with who said so", () => {
  it("by default", async () => {
    const settings = await told({});
    expect(settings).toContain("config = null (default)");
    expect(settings).toContain('stack = "evp" (default)');
    expect(settings).toContain("targets.local.port = 4566 (default)");
    expect(settings).toContain('names.clientTopic = "evp-{client}.fifo" (default)');
    expect(settings).toContain("process.attempts = 5 (default)");
    expect(settings).toContain("schemas.default = null (default)");
    expect(settings.some((line) => line.includes("undefined"))).toBe(false);
    expect(settings).toHaveLength(new Set(settings).size);
  });

  it("by flag, environment and config file", async () => {
    const settings = await told({
      flags: { stack: "mine" },
      env: { EVP_TARGET: "aws", AWS_REGION: "eu-west-1" },
      config: { stack: "theirs", process: { concurrency: 5 }, targets: { aws: { profile: "work" } } },
    });
    expect(settings).toContain('config = "evp.config.json" (default)');
    expect(settings).toContain('stack = "mine" (flag --stack)');
    expect(settings).toContain('target = "aws" (environment EVP_TARGET)');
    expect(settings).toContain('region = "eu-west-1" (environment AWS_REGION)');
    expect(settings).toContain('profile = "work" (config file /targets/aws/profile)');
    expect(settings).toContain("process.concurrency = 5 (config file /process/concurrency)");
  });

  it("without what is secret", async () => {
    const settings = await told({ flags: { endpointUrl: "http://me:hunter2@127.0.0.1:4566" } });
    const endpoints = settings.find((line) => line.startsWith("endpoints"));
    expect(endpoints).toContain('"sqs":"http://***@127.0.0.1:4566"');
    expect(endpoints).toContain("(flag --endpoint-url)");
    expect(settings.join()).not.toContain("hunter2");
  });
});

it("a config that cannot be read is a finding", async () => {
  const cwd = temporaryFolder();
  await writeFile(join(cwd, "evp.config.json"), '{"stak": 1}');
  const read = await readConfig({ cwd, env: {}, packageRoot: PACKAGE }, { color: true, input: true });
  expect(read.resolved).toBeUndefined();
  expect(read.config).toMatchObject({
    problem: { message: "evp.config.json: /stak is no setting; did you mean stack?", category: "usage" },
  });
});
