import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openQueueService, type QueueService } from "../../src/local/queues/queue-service.js";

const QueueUrl = "http://127.0.0.1/000000000000/q.fifo";

let directory: string;
let service: QueueService;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "evp-queues-"));
  service = openQueueService({ file: join(directory, "queues.sqlite"), endpoint: () => "http://127.0.0.1" });
  await ask("CreateQueue", { QueueName: "q.fifo", Attributes: { FifoQueue: "true" } });
});
afterEach(() => {
  vi.restoreAllMocks();
  service.close();
  rmSync(directory, { recursive: true, force: true });
});

async function ask(action: string, input: object) {
  const request = {
    method: "POST",
    url: "/",
    headers: { "x-amz-target": `AmazonSQS.${action}` },
    body: Buffer.from(JSON.stringify(input)),
  };
  const response = await service.handle(request, new AbortController().signal);
  return { status: response?.status, ...JSON.parse(String(response?.body)) };
}

const send = (id: string) =>
  ask("SendMessage", { QueueUrl, MessageBody: id, MessageGroupId: "g", MessageDeduplicationId: id });
const receive = (WaitTimeSeconds = 0) =>
  ask("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds, VisibilityTimeout: 0 });
const bodies = ({ Messages = [] }: { Messages?: { Body: string }[] }) => Messages.map(({ Body }) => Body);

/** Watches commits, and has the first so many of them fail as on a full disk. */
function watchCommits(failures = 0) {
  const exec = DatabaseSync.prototype.exec;
  const commits = { done: 0, failed: 0 };
  vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql: string) {
    if (sql === "COMMIT" && commits.failed < failures) {
      commits.failed += 1;
      throw new Error("database or disk is full");
    }
    exec.call(this, sql);
    if (sql === "COMMIT") commits.done += 1;
  });
  return commits;
}

describe("the calls of one turn", () => {
  test("are one transaction, and none is answered before it is on the disk", async () => {
    const commits = watchCommits();
    const commitsWhenAnswered: number[] = [];
    const note = () => void commitsWhenAnswered.push(commits.done);
    const sending = ["1", "2", "3"].map((id) => send(id).finally(note));
    const receiving = receive().finally(note);
    await Promise.all([...sending, receiving]);
    expect(commitsWhenAnswered).toEqual([1, 1, 1, 1]);
    expect(bodies(await receiving)).toEqual(["1", "2", "3"]);
    await send("4");
    expect(commits.done).toBe(2);
  });

  test("a receive that waited is on the disk with the send that ends its wait", async () => {
    const waiting = receive(20);
    await nextTurn();
    const commits = watchCommits();
    const [sent, received] = await Promise.all([send("1"), waiting]);
    expect(sent.status).toBe(200);
    expect(bodies(received)).toEqual(["1"]);
    expect(commits.done).toBe(1);
  });

  test("all fail, and none was done, when the file refuses one of them", async () => {
    refuseMessage("refused");
    const failed = await Promise.all([send("1"), send("refused"), send("2")]);
    expect(failed.map(({ status, message }) => [status, message])).toEqual(failed.map(() => [500, "disk I/O error"]));
    await nextTurn();
    expect(bodies(await receive())).toEqual([]);
    await send("2");
    expect(bodies(await receive())).toEqual(["2"]);
  });

  test("all fail, and none was done, when the file refuses their commit; later ones work", async () => {
    await send("before");
    watchCommits(1);
    const failed = await Promise.all([send("1"), send("2"), receive()]);
    expect(failed.map(({ status, message }) => [status, message])).toEqual(
      failed.map(() => [500, "database or disk is full"]),
    );
    await send("1");
    expect(bodies(await receive())).toEqual(["before", "1"]);
  });

  test("are answered, and later ones work again, when the file does not even take back what it refused", async () => {
    refuseMessage("refused");
    const exec = DatabaseSync.prototype.exec;
    let rollbacks = 0;
    vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql: string) {
      if (sql === "ROLLBACK" && ++rollbacks === 1) throw new Error("disk I/O error");
      exec.call(this, sql);
    });
    const failed = await Promise.all([send("1"), send("refused")]);
    expect(failed.map(({ status }) => status)).toEqual([500, 500]);
    await vi.waitFor(async () => {
      await nextTurn();
      expect((await send("2")).status).toBe(200);
    });
    expect(bodies(await receive())).toEqual(["2"]);
  });
});

/** The file takes every statement but those with this value. */
function refuseMessage(refused: string) {
  const run = StatementSync.prototype.run;
  vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
    if (values.some((value) => value === refused)) throw new Error("disk I/O error");
    return run.apply(this, values);
  });
}
