import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { onTestFinished } from "vitest";
import type { CliContext, GatewayParts, LocalStackControl, OutputStream, Telemetry } from "../../../src/cli/context.js";
import { runProgram } from "../../../src/cli/program.js";
import type { Settings } from "../../../src/core/settings.js";
import type { StackConnection } from "../../../src/ports/stack-connection.js";

interface Terminal {
  /** Characters of a line; without it the streams are no terminal. */
  columns?: number;
  /** What is typed. */
  input?: string;
}

export interface FakeWorld extends Terminal {
  env?: Record<string, string>;
  connection?: Partial<StackConnection>;
  localStack?: Partial<LocalStackControl>;
  telemetry?: Partial<Telemetry>;
  gateway?: Partial<GatewayParts>;
  /** Files of the current folder, by name. */
  cwd?: string;
}

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** What the program connected with. */
  connected: Settings[];
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "evp-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command line in process, as `evp <args>`, in a world where nothing is real. */
export async function evp(args: string[], world: FakeWorld = {}): Promise<Ran> {
  const { context, stdout, stderr, connected } = fakeContext(world);
  const code = await runProgram(["node", "evp", ...args], context);
  return { code, stdout: stdout.text(), stderr: stderr.text(), connected };
}

export function fakeContext(world: FakeWorld = {}) {
  const stdout = fakeStream(world);
  const stderr = fakeStream(world);
  const stop = new AbortController();
  const force = new AbortController();
  const connected: Settings[] = [];
  const isTTY = world.columns !== undefined;
  const context: CliContext = {
    stdin: Object.assign(Readable.from(world.input === undefined ? [] : [world.input]), { isTTY }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: world.env ?? {},
    cwd: world.cwd ?? temporaryFolder(),
    startWorker: () => {
      throw new Error("no test in process starts a worker");
    },
    parent: undefined,
    clock: {
      now: () => Date.UTC(2026, 10, 21, 10),
      monotonic: () => 0,
      random: () => 0.5,
      sleep: async () => undefined,
    },
    signals: { stop: stop.signal, force: force.signal },
    async connect(settings) {
      connected.push(settings);
      return fakeConnection(world.connection);
    },
    localStack: { ...runningStack, ...world.localStack },
    process: { host: "a-machine", pid: 42, rssBytes: () => 1 },
    telemetry: { serveHttp: unused, openMetrics: unused, openTracing: unused, ...world.telemetry },
    sources: { openFile: unused, openStream: unused, openKafka: unused },
    gateway: { serve: unused, openVerifier: unused, ...world.gateway },
    version: "1.2.3",
    packageRoot: resolve(import.meta.dirname, "../../.."),
  };
  return { context, stdout, stderr, connected, stop, force };
}

function unused(): never {
  throw new Error("the test gave no telemetry");
}

function fakeStream({ columns }: Terminal): { stream: OutputStream; text(): string } {
  const chunks: string[] = [];
  const stream = new PassThrough();
  stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  return { stream: Object.assign(stream, terminal), text: () => chunks.join("") };
}

const runningStack: LocalStackControl = {
  ensure: async () => ({ endpoint: "http://127.0.0.1:4566", pid: 42, port: 4566, started: false, portTaken: false }),
  stop: async () => true,
  trace: async () => ({ pid: 42, port: 4566, isAlive: true }),
  status: async (stateDir) => ({ running: true, endpoint: "http://127.0.0.1:4566", pid: 42, stateDir }),
  reset: async () => undefined,
  logFile: (stateDir) => join(stateDir, "stack.log"),
  serve: async () => undefined,
};

/** A connection of which only the given parts may be used. */
function fakeConnection(parts: Partial<StackConnection> = {}): StackConnection {
  const given: Partial<StackConnection> = {
    identity: async () => ({ account: "123456789012", region: "eu-west-1" }),
    // The store is DynamoDB.
    storeCare: undefined,
    close: () => undefined,
    ...parts,
  };
  return new Proxy(given, {
    get(target, name: keyof StackConnection) {
      if (name in target) return target[name];
      // Asked of whatever a promise is resolved with.
      if (String(name) === "then") return undefined;
      throw new Error(`the test gave no ${String(name)}`);
    },
  }) as StackConnection;
}
