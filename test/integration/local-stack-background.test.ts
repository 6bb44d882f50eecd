import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { CreateTableCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  ensureLocalStack,
  localStackStatus,
  resetLocalStack,
  stopLocalStack,
} from "../../src/local/background/control.js";
import { isAlive } from "../../src/local/background/process-liveness.js";
import { localStackLogFile } from "../../src/local/background/stack-files.js";
import { buildProgram, clientsOf, ensure, stateDirectory } from "./local-stack-support.js";
import { JOURNAL, temporaryDirectory } from "./local-tables-support.js";

let program: string[];
beforeAll(async () => {
  const built = await buildProgram();
  program = built.program;
  return built.remove;
});

const item = { eventId: { S: "1" }, fact: { S: "accepted" } };

async function putItem(endpoint: string) {
  const { dynamo } = clientsOf(endpoint);
  await dynamo.send(new CreateTableCommand(JOURNAL));
  await dynamo.send(new PutItemCommand({ TableName: "journal", Item: item }));
}

async function getItem(endpoint: string) {
  const got = await clientsOf(endpoint).dynamo.send(new GetItemCommand({ TableName: "journal", Key: item }));
  return got.Item;
}

/** A server that is not ours, on a port of its own. */
async function stranger(port = 0): Promise<number> {
  const server = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n{}")).listen(port, "127.0.0.1");
  onTestFinished(() => void server.close());
  await vi.waitUntil(() => server.listening);
  return (server.address() as AddressInfo).port;
}

async function killed(pid: number) {
  process.kill(pid, "SIGKILL");
  await vi.waitUntil(() => !isAlive(pid), { interval: 5 });
}

describe("starting and stopping", () => {
  test("it is started once, found again, and stopped", async () => {
    const stateDir = stateDirectory();
    expect(await localStackStatus(stateDir)).toEqual({ running: false, endpoint: null, pid: null, stateDir });
    const first = await ensure(program, stateDir);
    expect(first).toMatchObject({ started: true, portTaken: false, endpoint: `http://127.0.0.1:${first.port}` });
    expect(await ensure(program, stateDir)).toEqual({ ...first, started: false });
    expect(await localStackStatus(stateDir)).toEqual({
      running: true,
      endpoint: first.endpoint,
      pid: first.pid,
      stateDir,
    });
    expect(await stopLocalStack(stateDir)).toBe(true);
    expect(isAlive(first.pid)).toBe(false);
    expect(await stopLocalStack(stateDir)).toBe(false);
    expect((await localStackStatus(stateDir)).running).toBe(false);
    expect(readFileSync(localStackLogFile(stateDir), "utf8")).toMatch(/listening on http.*\n.* stopped\n$/);
  });

  test("commands that start it at the same time end up with one", async () => {
    const stateDir = stateDirectory();
    const stacks = await Promise.all([1, 2, 3].map(() => ensure(program, stateDir)));
    expect(new Set(stacks.map(({ pid, port }) => `${pid} ${port}`)).size).toBe(1);
    expect(stacks.filter(({ started }) => started)).toHaveLength(1);
  });

  test("started while it still stops, it comes up again", async () => {
    const stateDir = stateDirectory();
    const first = await ensure(program, stateDir);
    process.kill(first.pid, "SIGTERM");
    await vi.waitUntil(async () => !(await localStackStatus(stateDir)).running, { interval: 1 });
    const second = await ensure(program, stateDir);
    expect(second.started).toBe(true);
    expect(second.pid).not.toBe(first.pid);
  });
});

test("an error that nobody caught is logged, and the stack serves on", async () => {
  const stateDir = stateDirectory();
  const { endpoint, pid } = await ensureLocalStack({ stateDir, port: 0, program, env: process.env });
  process.kill(pid, "SIGUSR2");
  const logText = () => readFileSync(localStackLogFile(stateDir), "utf8");
  await vi.waitUntil(() => logText().includes("uncaught: Error: stray"), { interval: 5 });
  await putItem(endpoint);
  expect(await getItem(endpoint)).toEqual(item);
});

describe("state", () => {
  test("survives a restart, on the same port", async () => {
    const stateDir = stateDirectory();
    const first = await ensure(program, stateDir);
    await putItem(first.endpoint);
    await stopLocalStack(stateDir);
    const second = await ensure(program, stateDir);
    expect(second.endpoint).toBe(first.endpoint);
    expect(await getItem(second.endpoint)).toEqual(item);
  });

  test("survives kill -9", async () => {
    const stateDir = stateDirectory();
    const first = await ensure(program, stateDir);
    await putItem(first.endpoint);
    await killed(first.pid);
    expect((await localStackStatus(stateDir)).running).toBe(false);
    const second = await ensure(program, stateDir);
    expect(second).toMatchObject({ started: true, endpoint: first.endpoint });
    expect(await getItem(second.endpoint)).toEqual(item);
  });

  test("is gone after a reset, which stops it first", async () => {
    const stateDir = stateDirectory();
    const { pid, endpoint } = await ensure(program, stateDir);
    await putItem(endpoint);
    writeFileSync(join(stateDir, "notes.txt"), "not the stack's");
    await resetLocalStack(stateDir);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(stateDir, "tables"))).toBe(false);
    expect(existsSync(join(stateDir, "notes.txt"))).toBe(true);
    const fresh = await ensure(program, stateDir);
    await expect(getItem(fresh.endpoint)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("a stack that does not answer", () => {
  test("is not taken for one that does not run: nothing is deleted under it", async () => {
    const stateDir = stateDirectory();
    const { pid, endpoint } = await ensure(program, stateDir);
    await putItem(endpoint);
    process.kill(pid, "SIGSTOP");
    const inUse = { code: "state-dir-in-use", category: "failed", message: expect.stringContaining(`process ${pid}`) };
    try {
      await Promise.all([
        expect(stopLocalStack(stateDir)).rejects.toMatchObject(inUse),
        expect(resetLocalStack(stateDir)).rejects.toMatchObject(inUse),
      ]);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    expect(await getItem(endpoint)).toEqual(item);
    await resetLocalStack(stateDir);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(stateDir, "tables"))).toBe(false);
  });

  test("and that lost its record is not deleted either", async () => {
    const stateDir = stateDirectory();
    const { pid, endpoint } = await ensure(program, stateDir);
    const record = readFileSync(join(stateDir, "stack.json"));
    await putItem(endpoint);
    rmSync(join(stateDir, "stack.json"));
    await expect(resetLocalStack(stateDir)).rejects.toMatchObject({
      code: "state-dir-in-use",
      message: expect.stringContaining("another process"),
    });
    expect(await getItem(endpoint)).toEqual(item);
    writeFileSync(join(stateDir, "stack.json"), record);
    await stopLocalStack(stateDir);
    expect(isAlive(pid)).toBe(false);
  });
});

describe("ports", () => {
  test("a neighbour is taken where the wanted one is not free, and kept from then on", async () => {
    const stateDir = stateDirectory();
    const wanted = await stranger();
    const first = await ensure(program, stateDir, wanted);
    expect(first).toMatchObject({ started: true, portTaken: true });
    expect(first.port).not.toBe(wanted);
    await stopLocalStack(stateDir);
    const second = await ensure(program, stateDir, wanted);
    expect(second).toMatchObject({ started: true, portTaken: false, port: first.port });
  });

  test("another wanted port is taken rather than the last one", async () => {
    const stateDir = stateDirectory();
    await ensure(program, stateDir);
    await stopLocalStack(stateDir);
    const free = await ensure(program, stateDirectory());
    await killed(free.pid);
    expect((await ensure(program, stateDir, free.port)).port).toBe(free.port);
  });
});

describe("a record that is not true", () => {
  const record = (pid: number, port: number) =>
    JSON.stringify({
      pid,
      port,
      wantedPort: 0,
      endpoint: `http://127.0.0.1:${port}`,
      startedAt: "2026-11-21T10:00:00Z",
      version: "0.0.0",
    });

  test.each([
    ["its process id is somebody else's and nobody listens", async () => record(process.pid, 1)],
    ["its process id and its port are somebody else's", async () => record(process.pid, await stranger())],
    ["it is no JSON", async () => "{"],
    ["it is something else", async () => `{"pid":"x"}`],
  ])("is replaced: %s", async (_, content) => {
    const stateDir = stateDirectory();
    const other = await ensure(program, stateDir);
    await stopLocalStack(stateDir);
    writeFileSync(join(stateDir, "stack.json"), await content());
    expect((await localStackStatus(stateDir)).running).toBe(false);
    const stack = await ensure(program, stateDir);
    expect(stack.started).toBe(true);
    expect(stack.pid).not.toBe(other.pid);
    expect((await localStackStatus(stateDir)).pid).toBe(stack.pid);
  });

  test("the stack of another directory is not taken for this one's", async () => {
    const [mine, others] = [stateDirectory(), stateDirectory()];
    const other = await ensure(program, others);
    await ensure(program, mine);
    await stopLocalStack(mine);
    writeFileSync(join(mine, "stack.json"), record(other.pid, other.port));
    expect(await stopLocalStack(mine)).toBe(false);
    expect((await localStackStatus(others)).running).toBe(true);
  });
});

describe("when it cannot start", () => {
  const start = (stateDir: string, ...args: string[]) =>
    ensureLocalStack({ stateDir, port: 0, program: [process.execPath, ...args], env: process.env });

  test("the end of its log tells why", async () => {
    const stateDir = stateDirectory();
    const crash = start(stateDir, "-e", "console.error('out of luck'); process.exit(3)", "--");
    await expect(crash).rejects.toMatchObject({
      code: "local-stack-start-failed",
      category: "unreachable",
      message: "the embedded stack did not start: it ended with exit code 3\n  out of luck",
    });
  });

  test("a program that is not there", async () => {
    const missing = ensureLocalStack({ stateDir: stateDirectory(), port: 0, program: ["/nowhere/evp"], env: {} });
    await expect(missing).rejects.toMatchObject({
      code: "local-stack-start-failed",
      message: expect.stringContaining("ENOENT"),
    });
  });

  test("a directory that cannot be written", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    await expect(ensure(program, join(file, ".evp"))).rejects.toMatchObject({
      code: "state-dir-not-writable",
      category: "usage",
    });
  });

  test("tables that cannot be read: the stack's own words", async () => {
    const stateDir = stateDirectory();
    await ensure(program, stateDir);
    await resetLocalStack(stateDir);
    writeFileSync(join(stateDir, "tables"), "");
    await expect(ensure(program, stateDir)).rejects.toMatchObject({ code: "tables-unreadable", category: "failed" });
  });

  test("a long log is put aside first", async () => {
    const stateDir = stateDirectory();
    await ensure(program, stateDir);
    await stopLocalStack(stateDir);
    truncateSync(localStackLogFile(stateDir), 6 * 1024 * 1024);
    await ensure(program, stateDir);
    expect(statSync(localStackLogFile(stateDir)).size).toBeLessThan(1024);
    expect(statSync(join(stateDir, "stack.log.1")).size).toBe(6 * 1024 * 1024);
  });
});
