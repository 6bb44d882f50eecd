import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveLocalStack } from "../../src/local/background/serve.js";
import { clientsOf } from "./local-stack-support.js";
import { JOURNAL, temporaryDirectory } from "./local-tables-support.js";

const run = promisify(execFile);

/** Why this AWS CLI cannot be used, or nothing: SQS's JSON protocol came with 1.31 and 2.14. `version` is what `aws --version` prints. */
function whyUnsuitable(version: string | undefined): string | undefined {
  if (version === undefined) {
    return "there is no AWS CLI in PATH";
  }
  const [, major = "0", minor = "0"] = /^aws-cli\/(\d+)\.(\d+)/.exec(version) ?? [];
  const wanted = major === "1" ? 31 : 14;
  const isNewEnough = Number(major) > 2 || (Number(major) > 0 && Number(minor) >= wanted);
  return isNewEnough ? undefined : `the AWS CLI in PATH is too old, or is none: ${version.trim()}`;
}

async function installedVersion(): Promise<string | undefined> {
  try {
    return (await run("aws", ["--version"])).stdout;
  } catch {
    return undefined;
  }
}

const unsuitable = whyUnsuitable(await installedVersion());

describe("the AWS CLI that is needed", () => {
  test.each([
    [undefined, "there is no AWS CLI in PATH"],
    ["aws-cli/1.30.9 Python/3.11", "the AWS CLI in PATH is too old, or is none: aws-cli/1.30.9 Python/3.11"],
    ["aws-cli/2.13.39 Python/3.11", "the AWS CLI in PATH is too old, or is none: aws-cli/2.13.39 Python/3.11"],
    ["something else\n", "the AWS CLI in PATH is too old, or is none: something else"],
    ["aws-cli/1.31.0 Python/3.11", undefined],
    ["aws-cli/2.14.0 Python/3.11", undefined],
  ])("%s", (version, why) => {
    expect(whyUnsuitable(version)).toBe(why);
  });
});

if (unsuitable === undefined) {
  describe("the AWS CLI", withTheCli);
} else {
  test("the AWS CLI is not tried, and the reason is told", () => {
    console.warn(`The embedded stack is not tried with the AWS CLI: ${unsuitable}.`);
    expect(unsuitable).toMatch(/AWS CLI/);
  });
}

function withTheCli() {
  async function served() {
    const stack = await serveLocalStack({ stateDir: temporaryDirectory(), port: 0, version: "0.0.0", log: () => {} });
    onTestFinished(() => stack.close());
    const env = {
      PATH: process.env.PATH,
      HOME: temporaryDirectory(),
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_DEFAULT_OUTPUT: "json",
      AWS_PAGER: "",
      PYTHONIOENCODING: "utf-8",
      LANG: "C.UTF-8",
    };
    const aws = async (...args: string[]): Promise<unknown> => {
      const { stdout } = await run("aws", ["--endpoint-url", stack.endpoint, ...args], { env });
      return stdout === "" ? undefined : JSON.parse(stdout);
    };
    return { aws, endpoint: stack.endpoint, ...clientsOf(stack.endpoint) };
  }

  test("lists queues, topics and tables, and knows who it is", { timeout: 60_000 }, async () => {
    const { aws, endpoint, sns, dynamo } = await served();
    await sns.send(new CreateTopicCommand({ Name: "t.fifo", Attributes: { FifoTopic: "true" } }));
    await dynamo.send(new CreateTableCommand(JOURNAL));
    const queue = await aws("sqs", "create-queue", "--queue-name", "q.fifo", "--attributes", "FifoQueue=true");
    expect(queue).toEqual({ QueueUrl: `${endpoint}/000000000000/q.fifo` });
    const [queues, topics, tables, identity] = await Promise.all([
      aws("sqs", "list-queues"),
      aws("sns", "list-topics"),
      aws("dynamodb", "list-tables"),
      aws("sts", "get-caller-identity"),
    ]);
    expect(queues).toEqual({ QueueUrls: [`${endpoint}/000000000000/q.fifo`] });
    expect(topics).toEqual({ Topics: [{ TopicArn: "arn:aws:sns:us-east-1:000000000000:t.fifo" }] });
    expect(tables).toEqual({ TableNames: ["journal"] });
    expect(identity).toMatchObject({ Account: "000000000000" });
  });

  test("sends an emoji to a FIFO queue, and receives and deletes it", { timeout: 60_000 }, async () => {
    const { aws, endpoint } = await served();
    const url = `${endpoint}/000000000000/q.fifo`;
    await aws("sqs", "create-queue", "--queue-name", "q.fifo", "--attributes", "FifoQueue=true");
    const message = ["--message-body", "paid 😀 ✓", "--message-group-id", "g", "--message-deduplication-id", "1"];
    const sent = await aws("sqs", "send-message", "--queue-url", url, ...message);
    expect(sent).toMatchObject({ MessageId: expect.any(String), SequenceNumber: expect.stringMatching(/^\d{20}$/) });
    const received = await aws("sqs", "receive-message", "--queue-url", url);
    expect(received).toMatchObject({ Messages: [{ Body: "paid 😀 ✓" }] });
    const handle = (received as { Messages: { ReceiptHandle: string }[] }).Messages[0]?.ReceiptHandle ?? "";
    await aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", handle);
    const attributes = ["--attribute-names", "ApproximateNumberOfMessagesNotVisible"];
    expect(await aws("sqs", "get-queue-attributes", "--queue-url", url, ...attributes)).toEqual({
      Attributes: { ApproximateNumberOfMessagesNotVisible: "0" },
    });
  });

  test("creates a table with tags, puts an item and gets it, and inserts with PartiQL", {
    timeout: 60_000,
  }, async () => {
    const { aws } = await served();
    await aws(
      ...["dynamodb", "create-table", "--table-name", "notes", "--billing-mode", "PAY_PER_REQUEST"],
      ...["--attribute-definitions", "AttributeName=id,AttributeType=S"],
      ...["--key-schema", "AttributeName=id,KeyType=HASH", "--tags", "Key=evp:stack,Value=evp"],
    );
    await aws("dynamodb", "put-item", "--table-name", "notes", "--item", `{"id":{"S":"1"},"text":{"S":"😀"}}`);
    const inserts = [{ Statement: `INSERT INTO "notes" VALUE {'id': ?}`, Parameters: [{ S: "1" }] }];
    const [item, answers, tags] = await Promise.all([
      aws("dynamodb", "get-item", "--table-name", "notes", "--key", `{"id":{"S":"1"}}`, "--consistent-read"),
      aws("dynamodb", "batch-execute-statement", "--statements", JSON.stringify(inserts)),
      aws("dynamodb", "list-tags-of-resource", "--resource-arn", "arn:aws:dynamodb:us-east-1:000000000000:table/notes"),
    ]);
    expect(item).toEqual({ Item: { id: { S: "1" }, text: { S: "😀" } } });
    expect(answers).toMatchObject({ Responses: [{ Error: { Code: "DuplicateItem" } }] });
    expect(tags).toEqual({ Tags: [{ Key: "evp:stack", Value: "evp" }] });
  });
}
