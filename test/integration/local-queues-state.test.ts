import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openQueueService } from "../../src/local/queues/queue-service.js";
import { type ServedQueues, serveQueues } from "./local-queues-server.js";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "evp-queues-"));
  file = join(directory, "queues.sqlite");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (path = file) => openQueueService({ file: path, endpoint: () => "" });

describe("a state file", () => {
  it("is refused to a second service", () => {
    const first = open();
    expect(() => open()).toThrow(
      expect.objectContaining({ code: "state-in-use", message: `The state in ${file} is in use by another process.` }),
    );
    first.close();
    open().close();
  });

  it("in a directory that does not exist is refused with what to do", () => {
    expect(() => open(join(directory, "none", "queues.sqlite"))).toThrow(
      expect.objectContaining({ code: "state-unreadable", hint: expect.stringContaining("directory exists") }),
    );
  });

  it("that is something else is refused and left alone", () => {
    writeFileSync(file, "something else, long enough to be taken for a database file");
    expect(() => open()).toThrow(expect.objectContaining({ code: "state-unreadable" }));
  });

  it("of a newer version is refused", () => {
    open().close();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => open()).toThrow(expect.objectContaining({ code: "state-too-new" }));
  });
});

describe("a restart on the same file", () => {
  let served: ServedQueues;
  beforeEach(async () => {
    served = await serveQueues(file);
  });
  afterEach(() => served.stop());

  const restart = async () => {
    await served.stop();
    served = await serveQueues(file);
  };
  const create = async (Attributes: Record<string, string> = {}) => {
    const attributes = { FifoQueue: "true", ...Attributes };
    const { QueueUrl } = await served.sqs.send(new CreateQueueCommand({ QueueName: "q.fifo", Attributes: attributes }));
    return QueueUrl!;
  };
  const send = (QueueUrl: string, id: string) =>
    served.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: `${id} 😀`, MessageGroupId: "g", MessageDeduplicationId: id }),
    );
  const receive = async (QueueUrl: string, more: object = {}) => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MessageSystemAttributeNames: ["All"],
      MaxNumberOfMessages: 10,
      ...more,
    });
    return (await served.sqs.send(command)).Messages ?? [];
  };

  it("keeps messages, their order, attributes and counts", async () => {
    const QueueUrl = await create();
    for (const id of ["1", "2", "3"]) await send(QueueUrl, id);
    const before = await receive(QueueUrl, { VisibilityTimeout: 0 });
    await restart();
    const after = await receive(QueueUrl);
    expect(after.map(({ Body, MessageId }) => [Body, MessageId])).toEqual(
      before.map(({ Body, MessageId }) => [Body, MessageId]),
    );
    expect(after[0]?.Attributes).toEqual({ ...before[0]?.Attributes, ApproximateReceiveCount: "2" });
  });

  it("keeps the deduplication window, also of deleted messages, and the sequence", async () => {
    const QueueUrl = await create();
    const first = await send(QueueUrl, "1");
    const [message] = await receive(QueueUrl);
    await served.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }));
    await restart();
    expect(await send(QueueUrl, "1")).toMatchObject({
      MessageId: first.MessageId,
      SequenceNumber: first.SequenceNumber,
    });
    expect(await receive(QueueUrl)).toEqual([]);
    const second = await send(QueueUrl, "2");
    expect(BigInt(second.SequenceNumber!)).toBeGreaterThan(BigInt(first.SequenceNumber!));
  });

  it("keeps what is in flight, its receipt handle and its receive attempt", async () => {
    const QueueUrl = await create();
    await send(QueueUrl, "1");
    const before = await receive(QueueUrl, { ReceiveRequestAttemptId: "try-1" });
    await restart();
    expect(await receive(QueueUrl)).toEqual([]);
    expect(await receive(QueueUrl, { ReceiveRequestAttemptId: "try-1" })).toEqual(before);
    await served.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: before[0]!.ReceiptHandle }));
    await restart();
    await send(QueueUrl, "2");
    expect(await receive(QueueUrl)).toHaveLength(1);
  });
});

describe("kill -9", () => {
  let program: string;
  let built: string;
  beforeAll(async () => {
    built = mkdtempSync(join(tmpdir(), "evp-queues-program-"));
    program = join(built, "program.mjs");
    const contents = `
      import { serveQueues } from "./local-queues-server.ts";
      const served = await serveQueues(process.argv[2]);
      process.send(served.url);
    `;
    const stdin = { contents, resolveDir: import.meta.dirname, loader: "ts" as const };
    // The SDK's CommonJS parts call require.
    const banner = {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    };
    await build({ stdin, bundle: true, platform: "node", format: "esm", outfile: program, banner, logLevel: "error" });
  });
  afterAll(() => rmSync(built, { recursive: true, force: true }));

  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });
  async function start() {
    const child = spawn(process.execPath, [program, file], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    children.push(child);
    const [url] = await once(child, "message");
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const sqs = new SQSClient({
      endpoint: url,
      region: "us-east-1",
      credentials,
      useQueueUrlAsEndpoint: false,
      maxAttempts: 1,
    });
    return { child, sqs };
  }

  it("loses nothing that was answered, and keeps the file to itself until then", async () => {
    const first = await start();
    expect(() => open()).toThrow(expect.objectContaining({ code: "state-in-use" }));
    const Attributes = { FifoQueue: "true" };
    const { QueueUrl } = await first.sqs.send(new CreateQueueCommand({ QueueName: "q.fifo", Attributes }));
    const answered: string[] = [];
    const sending = (async () => {
      for (let call = 0; ; call += 1) {
        const bodies = Array.from({ length: 10 }, (_, index) => `${call * 10 + index}`);
        const Entries = bodies.map((body, index) => ({
          Id: String(index),
          MessageBody: body,
          MessageGroupId: "g",
          MessageDeduplicationId: body,
        }));
        await first.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        answered.push(...bodies);
        if (call === 30) first.child.kill("SIGKILL");
      }
    })();
    await expect(sending).rejects.toThrow();
    await once(first.child, "exit");

    const second = await start();
    const received: string[] = [];
    for (;;) {
      const { Messages = [] } = await second.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) break;
      for (const { Body = "", ReceiptHandle } of Messages) {
        received.push(Body);
        await second.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
    // What was being sent when the process died may be there too, whole batches at a time.
    expect(received.slice(0, answered.length)).toEqual(answered);
    expect(received.length - answered.length).toBeLessThanOrEqual(10);
    expect(received.length % 10).toBe(0);
  });
});
