import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createNetServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { seeLocalStack } from "../../../src/cli/doctor/local-stack-sight.js";
import { localStackTrace } from "../../../src/local/background/control.js";
import { temporaryFolder } from "./fake-context.js";

/** No process has it: it is above what Linux and macOS give out. */
const NOBODYS_PID = 99_999_999;
const trace = async (stateDir: string) => localStackTrace(stateDir);
const stopped = {
  trace,
  status: async (stateDir: string) => ({ running: false, endpoint: null, pid: null, stateDir }),
};

const OTHER_MEMBERS = { wantedPort: 4566, endpoint: "", startedAt: "", version: "" };

/** A server on a free port that answers everything with `body`. @returns its port */
async function serve(body: string): Promise<number> {
  const server = createServer((_request, response) => response.end(body)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function recorded(pid: number, port: number): Promise<string> {
  const stateDir = temporaryFolder();
  await writeFile(join(stateDir, "stack.json"), JSON.stringify({ pid, port, ...OTHER_MEMBERS }));
  return stateDir;
}

describe("the embedded stack, seen without starting it", () => {
  it("runs", async () => {
    const stateDir = temporaryFolder();
    const control = {
      trace,
      status: async () => ({ running: true, endpoint: "http://127.0.0.1:9", pid: 7, stateDir }),
    };
    expect(await seeLocalStack(control, { stateDir, port: 9 })).toMatchObject({
      running: { endpoint: "http://127.0.0.1:9", pid: 7 },
    });
  });

  it("never ran", async () => {
    const [stateDir, port] = [temporaryFolder(), await closedPort()];
    expect(await seeLocalStack(stopped, { stateDir, port })).toEqual({
      stateDir,
      wantedPort: port,
      running: undefined,
      record: undefined,
      portHolder: "nobody",
    });
  });

  it("left a record, and its process is gone", async () => {
    const port = await closedPort();
    const stateDir = await recorded(NOBODYS_PID, port);
    expect(await seeLocalStack(stopped, { stateDir, port: 1 })).toMatchObject({
      record: { pid: NOBODYS_PID, port, isAlive: false },
      portHolder: "nobody",
    });
  });

  it("is there and silent", async () => {
    const stateDir = await recorded(process.pid, await closedPort());
    expect(await seeLocalStack(stopped, { stateDir, port: 1 })).toMatchObject({
      record: { isAlive: true },
      portHolder: "nobody",
    });
  });

  it("has its port, and says nothing", async () => {
    const sockets: Socket[] = [];
    const server = createNetServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const stateDir = await recorded(process.pid, port);
    expect(await seeLocalStack(stopped, { stateDir, port: 1 })).toMatchObject({ portHolder: "silent" });
  });

  it("has lost its port, to another stack or to another program", async () => {
    const stack = await serve(JSON.stringify({ pid: 8, stateDir: "/home/you/.evp" }));
    const other = await serve("<h1>hello</h1>");
    const see = async (port: number) =>
      seeLocalStack(stopped, { stateDir: await recorded(NOBODYS_PID, port), port: 1 });
    expect((await see(stack)).portHolder).toEqual({ pid: 8, stateDir: "/home/you/.evp" });
    expect((await see(other)).portHolder).toBe("somebody");
  });
});
