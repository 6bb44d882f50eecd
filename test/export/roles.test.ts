import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { connect } from "../../src/adapters/aws/connect.js";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { RoleName } from "../../src/core/export/role-names.js";
import { ROLES } from "../../src/core/export/roles.js";
import { findFreePort } from "../chaos/loopback.js";
import { mapQueue } from "../factories/event-source-mapping.js";
import { eventBody } from "../factories/events.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { startContainer } from "../factories/function-container.js";
import { actionOf, type RecordedCall, type RecordingProxy, startRecordingProxy } from "../factories/recording-proxy.js";
import { settingsOf } from "../factories/settings.js";
import { openTokenIssuer } from "../factories/token-issuer.js";

interface Statement {
  Sid: string;
  Action: string[];
  Resource: string[];
  Condition?: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": string[] } };
}

/** A role's commands, through a proxy that sees every call. */
interface RoleAtWork {
  home: EvpHome;
  proxy: RecordingProxy;
  endpoint: string;
  /** Options that lead a command to the proxy. */
  flags: string[];
  /** As the role. @returns stdout */
  act(...args: string[]): Promise<string>;
  /** As somebody who may do everything. */
  prepare(...args: string[]): Promise<void>;
}

afterEach(() => void vi.unstubAllEnvs());

async function roleAtWork(config: Record<string, unknown> = {}): Promise<RoleAtWork> {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  const home = await createEvpHome(config);
  await home.run(["local", "start"]);
  const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
  const proxy = await startRecordingProxy(endpoint);
  const flags = ["--target", "aws", "--region", "us-east-1", "--endpoint-url", proxy.url, "--yes"];
  return {
    home,
    proxy,
    endpoint,
    flags,
    act: async (...args) => {
      const { exitCode, stdout, stderr } = await home.run([...args, ...flags]);
      expect([0, 5, 6], `evp ${args.join(" ")}: ${stderr}`).toContain(exitCode);
      return stdout;
    },
    prepare: async (...args) => {
      const { exitCode, stderr } = await home.run([...args, "--yes"]);
      expect(exitCode, `evp ${args.join(" ")}: ${stderr}`).toBe(0);
    },
  };
}

/** Calls that the policy forbids, and what it allows though nobody did it. Whose account this is may be asked by everybody ("GetCallerIdentity"). */
async function compare({ home, proxy }: RoleAtWork, role: RoleName, clientId?: string) {
  const whose = clientId === undefined ? [] : ["--client", clientId];
  const { Statement: statements } = await home.json<{ Statement: Statement[] }>([
    "export",
    "iam",
    "--role",
    role,
    ...whose,
  ]);
  const calls = proxy.calls().filter(({ action }) => action !== "sts:GetCallerIdentity");
  const forbidden = calls.filter((call) => !statements.some((statement) => allows(statement, call)));
  const idle = statements.flatMap(({ Sid, Action, Resource, ...rest }) => [
    ...Action.filter((action) => !calls.some((call) => allows({ Sid, Action: [action], Resource, ...rest }, call))),
    ...Resource.filter((one) => !calls.some((call) => allows({ Sid, Action, Resource: [one], ...rest }, call))),
  ]);
  return { forbidden, idle };
}

function allows({ Action, Resource, Condition }: Statement, { action, resource, keys = [] }: RecordedCall): boolean {
  const leading = Condition?.["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"];
  const areKeysAllowed = leading === undefined || keys.every((key) => leading.includes(key));
  return Action.includes(action) && Resource.some((arn) => fits(arn, resource)) && areKeysAllowed;
}

/** By the last part of the ARN; what names nothing needs `*` itself. */
function fits(arn: string, resource: string): boolean {
  if (arn === "*") return resource === "";
  const pattern = arn.slice(arn.lastIndexOf(":") + 1).replace(/^table\//, "");
  const expression = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${expression.join(".*")}$`).test(resource);
}

const NOTHING = { forbidden: [], idle: [] };

describe("a role may do what its commands do, and nothing else", () => {
  it("processor", async () => {
    const atWork = await roleAtWork();
    const { act, prepare, home } = atWork;
    await prepare("init");
    await prepare("client", "poison", "client-2", "block");
    await prepare("send", "--fixture", "valid");
    await prepare("send", "--fixture", "invalid");
    await prepare("send", "--fixture", "duplicate");
    await act("process", "--drain");
    await writeFile(join(home.folder, "again.ndjson"), eventBody({ id: "e-1" }));
    await prepare("send", "again.ndjson");
    await act("process", "--drain");
    expect(await compare(atWork, "processor")).toEqual(NOTHING);
  });

  it("function", async () => {
    const atWork = await roleAtWork();
    const { prepare, home } = atWork;
    await prepare("init");
    await prepare("client", "poison", "client-2", "block");
    await prepare("export", "function", "--out", "packed");
    for (const fixture of ["valid", "invalid", "duplicate"]) await prepare("send", "--fixture", fixture);
    await invokeUntilDrained(atWork);
    await noteBlocked(atWork, "client-2#key-1");
    const blocked = eventBody({ id: "e-2", clientId: "client-2", key: "key-1", type: "transaction" });
    await writeFile(join(home.folder, "again.ndjson"), `${eventBody({ id: "e-1" })}\n${blocked}\n`);
    await prepare("send", "again.ndjson");
    await invokeUntilDrained(atWork);
    expect(await compare(atWork, "function")).toEqual(NOTHING);
  });

  it("gateway", async () => {
    const issuer = await openTokenIssuer();
    const atWork = await roleAtWork({ gateway: { issuers: [{ issuer: issuer.url }] } });
    const { prepare, home, flags } = atWork;
    await prepare("init");
    await prepare("producer", "add", "producer-1", "--client", "client-1", "--no-secret");
    const port = await findFreePort();
    const gateway = home.start(["gateway", "--port", String(port), ...flags]);
    const url = `http://127.0.0.1:${port}`;
    await vi.waitFor(async () => expect((await fetch(`${url}/openapi.json`)).status).toBe(200), 30_000);
    const headers = { Authorization: `Bearer ${await issuer.token()}`, "Content-Type": "application/json" };
    const post = async (clientId: string) =>
      (await fetch(`${url}/v1/events`, { method: "POST", headers, body: eventBody({ id: "e-1", clientId }) })).status;
    expect([await post("client-1"), await post("client-2")]).toEqual([202, 403]);
    gateway.kill("SIGTERM");
    expect(await gateway.exitCode).toBe(0);
    expect(await compare(atWork, "gateway")).toEqual(NOTHING);
  });

  it("source", async () => {
    const atWork = await roleAtWork();
    await atWork.prepare("init");
    const lines = [Buffer.from(`${eventBody({ id: "e-1" })}\nno JSON\n`), Buffer.from([0xff, 0x0a])];
    await writeFile(join(atWork.home.folder, "orders.ndjson"), Buffer.concat(lines));
    await atWork.act("ingest", "file", "orders.ndjson");
    expect(await compare(atWork, "source")).toEqual(NOTHING);
  });

  it("producer", async () => {
    const atWork = await roleAtWork();
    await atWork.prepare("init");
    const processor = atWork.home.start(["process"]);
    await atWork.act("send", "--fixture", "valid", "--wait");
    processor.kill("SIGTERM");
    await processor.exitCode;
    expect(await compare(atWork, "producer")).toEqual(NOTHING);
  });

  it("client", async () => {
    const atWork = await roleAtWork();
    await atWork.prepare("init");
    await atWork.prepare("send", "--fixture", "valid");
    await atWork.prepare("process", "--drain");
    // Its reader goes away with messages in hand, which go back.
    const interrupted = atWork.home.start(["tail", "client-1", "--consume", ...atWork.flags]);
    interrupted.closeStdout();
    await interrupted.exitCode;
    await atWork.act("tail", "client-1", "--consume", "--limit", "1", "--timeout", "5s");
    expect(await compare(atWork, "client", "client-1")).toEqual(NOTHING);
    expect((await compare(atWork, "client", "client-2")).forbidden).not.toEqual([]);
  });

  it("operator", async () => {
    const atWork = await roleAtWork();
    await prepareOperator(atWork);
    await operate(atWork);
    expect(await compare(atWork, "operator")).toEqual(NOTHING);
  });

  it("administrator", async () => {
    const atWork = await roleAtWork();
    await administer(atWork);
    expect(await compare(atWork, "administrator")).toEqual(NOTHING);
  });
});

/** Notes that another message blocks a group. */
async function noteBlocked({ endpoint }: RoleAtWork, groupId: string): Promise<void> {
  const { journal } = connect(settingsOf(), { localEndpoint: endpoint, env: {}, clock: systemClock });
  const head = { messageId: "another", eventId: "another", clientId: "client-2", type: "transaction" };
  const times = { since: Date.now(), lastTriedAt: Date.now() };
  await journal.noteBlockedGroup({ groupId, ...head, reason: "type-not-allowed", detail: "not allowed", ...times });
}

/** Does with the packed function what its mapping does, with the same rights, until nothing waits but what it has given back. */
async function invokeUntilDrained({ home, proxy }: RoleAtWork): Promise<void> {
  const stop = new AbortController();
  const sqs = new SQSClient({ endpoint: proxy.url, ...ACCESS });
  const { QueueUrl: queueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName: "evp-ingress.fifo" }));
  const env = { AWS_ENDPOINT_URL: proxy.url, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test" };
  const container = startContainer(join(home.folder, "packed/index.cjs"), { ...env, AWS_SECRET_ACCESS_KEY: "test" });
  onTestFinished(container.kill);
  const tally = { batches: 0, partly: 0, unanswered: 0, findings: [] };
  const mapped = mapQueue({
    sqs,
    queueUrl,
    startContainer: async () => container,
    timeoutMs: 30_000,
    tally,
    stop: stop.signal,
  });
  const isTaken = async () => {
    const { ingress } = await home.json<{ ingress: { visible: number } }>(["status"]);
    expect(ingress.visible).toBe(0);
  };
  await vi.waitFor(isTaken, { timeout: 120_000, interval: 500 });
  stop.abort();
  await mapped;
  expect(tally).toMatchObject({ unanswered: 0, findings: [] });
}

async function prepareOperator({ prepare }: RoleAtWork): Promise<void> {
  await prepare("init");
  for (const fixture of ["valid", "invalid", "forbidden"]) await prepare("send", "--fixture", fixture);
  await prepare("process", "--drain");
}

interface Letter {
  eventId: string;
  messageId: string;
  clientId: string;
}

async function operate({ act, prepare, home, proxy, endpoint }: RoleAtWork): Promise<void> {
  for (const command of [["status"], ["groups"], ["doctor"], ["client", "list"], ["verify"], ["verify", "--repair"]]) {
    await act(...command);
  }
  const letters: Letter[] = JSON.parse(await act("dlq", "list", "--json"));
  const { eventId = "", messageId = "" } = letters[0] ?? {};
  await act("why", eventId);
  await act("dlq", "show", messageId);
  await act("dlq", "fix", messageId, "--set", "/payload/amount=5", "--force");
  for (const change of ["deny", "allow"]) await act("client", change, "client-1", "transaction");
  for (const change of ["disable", "enable"]) await act("client", change, "client-1");
  await act("client", "poison", "client-1", "block");
  const journal = connect(settingsOf(), { localEndpoint: endpoint, env: {}, clock: systemClock }).journal;
  const lock = { name: "redrive", holder: "somebody else" };
  await journal.takeLock({ ...lock, until: Date.now() + 60_000 }, Date.now());
  const redrive = act("dlq", "redrive", "--force");
  await until(proxy, "dynamodb:GetItem");
  await journal.giveLock(lock);
  await redrive;
  await act("dlq", "purge", "--all");
  await act("replay", "--client", "client-1", "--from", "1h");
  await act("replay", "--client", "client-1", "--from", "1h", "--to-queue");
  const tail = act("tail", "client-3", "--limit", "1", "--timeout", "30s");
  await until(proxy, "sns:Subscribe");
  await prepare("send", "--fixture", "valid", "--client", "client-3");
  await home.run(["process", "--drain"]);
  await tail;
  await act("tail", "--all", "--since", "1h", "--no-follow");
  await act("tail", "dlq", "--timeout", "1s");
  await leaveTailBehind(endpoint);
  await act("tail", "--cleanup");
}

async function until(proxy: RecordingProxy, action: string): Promise<void> {
  await vi.waitFor(() => expect(proxy.calls().map((call) => call.action)).toContain(action), 60_000);
}

/** A queue as a tail has it whose owner was killed at once. */
async function leaveTailBehind(endpoint: string): Promise<void> {
  const QueueName = "evp-tail-0123456789.fifo";
  const tags = { "evp:stack": "evp" };
  await new SQSClient({ endpoint, ...ACCESS }).send(
    new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: "true" }, tags }),
  );
}

const ACCESS = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

async function administer({ act, home, endpoint }: RoleAtWork): Promise<void> {
  const sns = new SNSClient({ endpoint, ...ACCESS });
  await act("init");
  await act("client", "add", "late", "monitoring");
  // What has drifted is mended.
  const TopicArn = "arn:aws:sns:us-east-1:000000000000:evp-late.fifo";
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn, AttributeName: "ContentBasedDeduplication", AttributeValue: "true" }),
  );
  const { Subscriptions: [subscription] = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const SubscriptionArn = subscription?.SubscriptionArn;
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: "RawMessageDelivery",
      AttributeValue: "false",
    }),
  );
  await writeFile(join(home.folder, "evp.config.json"), JSON.stringify({ journal: { replayIndex: false } }));
  await act("init");
  await act("client", "remove", "late");
  await act("producer", "add", "producer-1", "--client", "client-1");
  for (const change of ["allow", "deny"]) await act("producer", change, "producer-1", "--client", "client-2");
  for (const change of ["disable", "enable", "rotate"]) await act("producer", change, "producer-1");
  await act("producer", "list");
  await act("producer", "remove", "producer-1");
  await leaveTailBehind(endpoint);
  await act("destroy");
}

it("every call that evp can make is in some role", () => {
  const folder = resolve(import.meta.dirname, "../../src/adapters/aws");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const operations = files.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/sdk\.([A-Z][A-Za-z]+)Command\b/g)].map(
      ([, name = ""]) => name,
    ),
  );
  const granted = new Set(Object.values(ROLES).flatMap((grants) => grants.flatMap(({ actions }) => actions)));
  const missing = [...new Set(operations)].filter(
    (name) =>
      name !== "GetCallerIdentity" &&
      !["sqs", "sns", "dynamodb"].some((service) => granted.has(actionOf(service, name))),
  );
  expect(operations.length).toBeGreaterThan(40);
  expect(missing).toEqual([]);
});
