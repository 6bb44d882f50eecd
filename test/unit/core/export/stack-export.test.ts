import { describe, expect, it } from "vitest";
import { toCloudFormation } from "../../../../src/core/export/cloudformation.js";
import { toIamPolicies, toIamPolicy } from "../../../../src/core/export/iam.js";
import { type ExportPlace, piecesOf } from "../../../../src/core/export/place.js";
import { clientPart } from "../../../../src/core/export/resource-ids.js";
import { ROLE_NAMES } from "../../../../src/core/export/role-names.js";
import { planExport } from "../../../../src/core/export/stack-export.js";
import { toTerraform } from "../../../../src/core/export/terraform.js";
import { leftToInit } from "../../../../src/core/export/terraform-resources.js";
import type { Settings } from "../../../../src/core/settings.js";
import { wideJsonDocument } from "../../../../src/ui/wide-json.js";
import { settingsOf } from "../../../factories/settings.js";

function exported(changes: Partial<Settings> = {}, options: { place?: ExportPlace; withFunction?: boolean } = {}) {
  return planExport(settingsOf(changes), { place: {}, withFunction: false, ...options });
}

const client = (id: string) => ({ id, allowedTypes: [], active: true });
const INGRESS = "arn:aws:sqs:{region}:{account}:evp-ingress.fifo";

describe("a text of a plan", () => {
  it("is taken apart into what is known, and the parts of the place", () => {
    expect(piecesOf(`${INGRESS}!`, new Set([INGRESS]))).toEqual([{ arnOf: INGRESS }, { text: "!" }]);
    expect(piecesOf(INGRESS, new Set())).toEqual([
      { text: "arn:" },
      { place: "partition" },
      { text: ":sqs:" },
      { place: "region" },
      { text: ":" },
      { place: "account" },
      { text: ":evp-ingress.fifo" },
    ]);
  });

  it("refers to a table with its indexes", () => {
    const table = "arn:aws:dynamodb:{region}:{account}:table/evp-events";
    expect(piecesOf(`${table}/index/*`, new Set([table]))).toEqual([{ arnOf: table }, { text: "/index/*" }]);
  });
});

describe("what a client's resources are called", () => {
  it.each([
    ["client-1", "TopicOfClient1"],
    ["shop-a", "TopicOfShopA"],
    ["shopa", "TopicOfShopa"],
    ["1", "TopicOf1"],
  ])("%s: %s", (id, name) => {
    expect(clientPart(id).logicalId("Topic")).toBe(name);
  });

  it("is never the same for two of them", () => {
    const ids = [
      "client-1",
      "client1",
      "Client-1",
      "client_1",
      "client--1",
      "-client-1",
      "1-2",
      "12",
      "a-b",
      "ab",
      "aB",
      "a_b",
    ];
    const names = ids.map((id) => clientPart(id).logicalId("Topic"));
    expect(new Set(names).size).toBe(ids.length);
    expect(names.every((name) => /^[A-Za-z0-9]+$/.test(name))).toBe(true);
  });
});

/** @param text - with `<` and `>` around what is put in */
const sub = (text: string) => ({ "Fn::Sub": text.replaceAll("<", "${").replaceAll(">", "}") });

const interpolated = (name: string) => `\${${name}}`;

describe("a template of CloudFormation", () => {
  it("has what is fixed spelled out, and the rest wherever it is deployed", () => {
    const dlq = (place: ExportPlace) =>
      toCloudFormation(exported({}, { place })).Resources as unknown as {
        DeadLetterQueue: { Properties: { RedriveAllowPolicy: { sourceQueueArns: unknown[] } } };
      };
    const arnAt = (place: ExportPlace) => dlq(place).DeadLetterQueue.Properties.RedriveAllowPolicy.sourceQueueArns[0];
    expect(arnAt({})).toEqual(sub("arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:evp-ingress.fifo"));
    expect(arnAt({ region: "cn-north-1" })).toEqual(sub("arn:aws-cn:sqs:cn-north-1:<AWS::AccountId>:evp-ingress.fifo"));
    expect(arnAt({ region: "eu-west-1", account: "123456789012" })).toBe(
      "arn:aws:sqs:eu-west-1:123456789012:evp-ingress.fifo",
    );
  });

  it("runs either the function or a processor elsewhere", () => {
    const resources = toCloudFormation(exported({}, { withFunction: true })).Resources as Record<string, unknown>;
    expect(resources.ProcessorRole).toMatchObject({ Condition: "RunsContainer" });
    for (const id of ["Function", "FunctionRole", "FunctionLog", "FunctionSource", "FunctionErrorsAlarm"]) {
      expect(resources[id]).toMatchObject({ Condition: "RunsFunction" });
    }
    expect(resources.FunctionSource).toMatchObject({
      Properties: { BatchSize: 10, FunctionResponseTypes: ["ReportBatchItemFailures"] },
    });
    const plain = toCloudFormation(exported()).Resources as Record<string, unknown>;
    expect(plain.Function).toBeUndefined();
    expect(plain.ProcessorRole).not.toHaveProperty("Condition");
  });

  it("of the default clients can be handed to CloudFormation as it is; a function's code needs a bucket anyway", () => {
    const text = wideJsonDocument(
      toCloudFormation(exported({ clients: ["client-1", "client-2", "client-3"].map(client) })),
    );
    expect(Buffer.byteLength(text)).toBeLessThan(51_200);
  });

  it("is refused for more clients than one template holds", () => {
    const many = Array.from({ length: 80 }, (_, index) => client(`client-${index}`));
    expect(() => toCloudFormation(exported({ clients: many }))).toThrow(
      expect.objectContaining({ code: "export-too-large", category: "usage" }),
    );
    expect(() => toTerraform(exported({ clients: many }))).not.toThrow();
  });
});

describe("a configuration of Terraform", () => {
  it.each([[true], [false]])("refers only to what it has (function: %s)", (withFunction) => {
    const { resource, variable, data } = toTerraform(exported({}, { withFunction })) as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    const text = JSON.stringify(resource);
    const addresses = [...text.matchAll(/\b(var|aws_[a-z_]+|data\.aws_[a-z_]+)\.([A-Za-z_][\w-]*)/g)];
    const missing = addresses.filter(([, kind = "", name = ""]) => {
      if (kind === "var") return variable?.[name] === undefined;
      return (kind.startsWith("data.") ? data?.[kind.slice(5)] : resource?.[kind])?.[name] === undefined;
    });
    expect(addresses.length).toBeGreaterThan(30);
    expect(missing.map(([address]) => address)).toEqual([]);
  });

  it("leaves a topic's size to evp init, and says so", () => {
    expect(leftToInit(exported())).toEqual([]);
    expect(leftToInit(exported({ maxEventBytes: 300 * 1024, clients: [client("a")] }))).toEqual([
      "MaximumMessageSize of topic evp-a.fifo",
    ]);
  });

  it("brings a provider only where the place is fixed", () => {
    expect(toTerraform(exported())).not.toHaveProperty("provider");
    const place = { region: "eu-west-1", account: "123456789012" };
    expect(toTerraform(exported({}, { place })).provider).toEqual({
      aws: { region: "eu-west-1", allowed_account_ids: ["123456789012"] },
    });
  });
});

describe("alarms", () => {
  it("tell what waits, what is late, what fails and what is throttled", () => {
    const alarms = exported({ clients: [client("a")] }, { withFunction: true }).alarms;
    expect(alarms.map(({ name, metric, threshold }) => `${name} ${metric} > ${threshold}`)).toEqual([
      "evp-dead-letters ApproximateNumberOfMessagesVisible > 0",
      "evp-undelivered ApproximateNumberOfMessagesVisible > 0",
      "evp-late ApproximateAgeOfOldestMessage > 900",
      "evp-half-retention ApproximateAgeOfOldestMessage > 604800",
      "evp-client-a-failed NumberOfNotificationsFailed > 0",
      "evp-client-a-lost NumberOfNotificationsFailedToRedriveToDlq > 0",
      "evp-events-read-throttled ReadThrottleEvents > 0",
      "evp-events-write-throttled WriteThrottleEvents > 0",
      "evp-events-by-client-hour-throttled WriteThrottleEvents > 0",
      "evp-events-by-rejected-day-throttled WriteThrottleEvents > 0",
      "evp-clients-read-throttled ReadThrottleEvents > 0",
      "evp-clients-write-throttled WriteThrottleEvents > 0",
      "evp-producers-read-throttled ReadThrottleEvents > 0",
      "evp-producers-write-throttled WriteThrottleEvents > 0",
      "evp-function-errors Errors > 0",
      "evp-function-throttles Throttles > 0",
    ]);
  });
});

describe("a stack whose store is PostgreSQL", () => {
  const store: Settings["store"] = {
    kind: "postgres",
    url: "postgres://db.internal/events",
    schema: "evp",
    viewSchema: "evp",
    maxConnections: 10,
  };
  const settings = settingsOf({ store });

  it.each([
    ["CloudFormation", toCloudFormation],
    ["Terraform", toTerraform],
  ])("has no table in %s, and nobody who may use or watch one", (_, write) => {
    const text = JSON.stringify(write(planExport(settings, { place: {}, withFunction: true })));
    expect(text).toContain("evp-ingress.fifo");
    expect(text).not.toMatch(/dynamodb|evp-(events|clients|producers)|db\.internal/i);
  });

  it("has a function that is told the database's URL and network by whoever deploys it", () => {
    const stack = planExport(settings, { place: {}, withFunction: true });
    const { Parameters, Resources } = toCloudFormation(stack);
    expect(Parameters).toMatchObject({ StoreUrl: { NoEcho: true }, SubnetIds: {}, SecurityGroupIds: {} });
    const network = (given: object) => ({ "Fn::If": ["IsInNetwork", given, { Ref: "AWS::NoValue" }] });
    expect(Resources).toMatchObject({
      Function: {
        Properties: {
          Environment: { Variables: { EVP_STACK: "evp", EVP_STORE_URL: { Ref: "StoreUrl" } } },
          VpcConfig: network({ SubnetIds: { Ref: "SubnetIds" }, SecurityGroupIds: { Ref: "SecurityGroupIds" } }),
        },
      },
      FunctionRole: { Properties: { Policies: [{}, {}, network({ PolicyName: "network" })] } },
    });
    const { variable, resource } = toTerraform(stack);
    expect(variable).toMatchObject({ store_url: { sensitive: true }, subnet_ids: {}, security_group_ids: {} });
    expect(resource).toMatchObject({
      aws_lambda_function: {
        function: {
          environment: { variables: { EVP_STACK: "evp", EVP_STORE_URL: interpolated("var.store_url") } },
          vpc_config: { subnet_ids: interpolated("var.subnet_ids") },
          depends_on: ["aws_iam_role_policy.function_network"],
        },
      },
      aws_iam_role_policy: { function_network: { name: "network" } },
    });
    expect(JSON.stringify(toCloudFormation(exported({}, { withFunction: true })))).not.toContain("StoreUrl");
  });

  it("has policies without tables, and none without a statement", () => {
    const { clients, ...shared } = toIamPolicies(settings, {});
    const policies = [...Object.values(shared), ...Object.values(clients as object)];
    expect(policies).toHaveLength(ROLE_NAMES.length - 1 + settings.clients.length);
    for (const policy of policies) {
      expect(policy).toMatchObject({ Statement: [{ Effect: "Allow" }, ...policy.Statement.slice(1)] });
      expect(JSON.stringify(policy)).not.toContain("dynamodb");
    }
  });
});

describe("policies", () => {
  it("fit into a role, however long the names are", () => {
    const stack = "s".repeat(32);
    const policies = toIamPolicies(settingsOf({ stack, clients: [client("c".repeat(42))] }), {
      region: "us-gov-west-1",
    });
    const { clients, ...shared } = policies;
    const all = [...Object.values(shared), ...Object.values(clients as Record<string, unknown>)];
    // "IAM and AWS STS quotas": the inline policies of a role, without white space.
    for (const policy of all) expect(JSON.stringify(policy).length).toBeLessThan(10_240);
  });

  it("let a client read its own record alone", () => {
    const { Statement } = toIamPolicy(settingsOf(), { account: "123456789012" }, { role: "client", clientId: "late" });
    expect(Statement).toContainEqual({
      Sid: "FindTheQueue",
      Effect: "Allow",
      Action: ["dynamodb:BatchGetItem"],
      Resource: ["arn:aws:dynamodb:*:123456789012:table/evp-clients"],
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["late"] } },
    });
  });

  it("are refused to a client that cannot be", () => {
    expect(() => toIamPolicy(settingsOf(), {}, { role: "client", clientId: "dlq" })).toThrow("which is the DLQ");
  });
});
