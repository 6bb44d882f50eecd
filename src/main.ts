import { dirname, resolve } from "node:path";
import { systemClock } from "./adapters/system-clock.js";
import { openParentProcess, startWorkerProcess } from "./adapters/worker-processes.js";
import type { CliContext, GatewayParts, LocalStackControl, Sources, Telemetry } from "./cli/context.js";
import { runProgram } from "./cli/program.js";
import type { Settings } from "./core/settings.js";
import { localStackLogFile } from "./local/background/stack-files.js";
import type { Store } from "./ports/store.js";

/** Put in by the build, from package.json. */
declare const EVP_VERSION: string;

/** This file runs as `dist/evp.cjs`: what is shipped beside `dist/` is one folder up. */
const packageRoot = dirname(__dirname);
/**
 * Left alone, V8 lets what was done with pile up to four times what is worked with before it looks. One half more costs a few percent of
 * CPU, and keeps a processor and a stack below 200 MB.
 */
const HEAP_FLAG = "--heap-growing-percent=50";

/**
 * How the embedded stack's process is started. Messages live long there, and with half of V8's young generation its memory
 * is some 15 MB smaller; on Node 22 and 24 node:sqlite says in its log that it is experimental.
 */
const stackProgram = [
  process.execPath,
  "--max-semi-space-size=8",
  HEAP_FLAG,
  "--disable-warning=ExperimentalWarning",
  resolve(packageRoot, "bin", "evp.js"),
];

const localStack: LocalStackControl = {
  async ensure({ stateDir, port }) {
    const { ensureLocalStack } = await import("./local/background/control.js");
    return ensureLocalStack({ stateDir, port, program: stackProgram, env: process.env });
  },
  async stop(stateDir) {
    const { stopLocalStack } = await import("./local/background/control.js");
    return stopLocalStack(stateDir);
  },
  async status(stateDir) {
    const { localStackStatus } = await import("./local/background/control.js");
    return localStackStatus(stateDir);
  },
  async trace(stateDir) {
    const { localStackTrace } = await import("./local/background/control.js");
    return localStackTrace(stateDir);
  },
  async reset(stateDir) {
    const { resetLocalStack } = await import("./local/background/control.js");
    await resetLocalStack(stateDir);
  },
  logFile: localStackLogFile,
  async serve({ stateDir, port }, signal) {
    const { runStackProcess } = await import("./local/background/stack-process.js");
    await runStackProcess({ stateDir, port, version: EVP_VERSION, signal });
  },
};

const telemetry: Telemetry = {
  async serveHttp(address, routes) {
    const { serveHttp } = await import("./adapters/http/serve-http.js");
    return serveHttp(address, routes);
  },
  async openMetrics(definitions) {
    const { createPrometheusRegistry } = await import("./adapters/telemetry/prometheus.js");
    return createPrometheusRegistry(definitions);
  },
  async openTracing(options) {
    const { openOtlpTracing } = await import("./adapters/telemetry/otlp-tracing.js");
    return openOtlpTracing(options, systemClock);
  },
};

const sources: Sources = {
  async openFile(options) {
    const { openFileSource } = await import("./adapters/files/file-source.js");
    const { thisProcess } = await import("./adapters/process-identity.js");
    return openFileSource({ ...options, clock: systemClock, here: thisProcess() });
  },
  async openStream(name, chunks) {
    const { createStreamSource } = await import("./adapters/files/stream-source.js");
    return createStreamSource(name, chunks);
  },
  async openKafka(options) {
    const { openKafkaSource } = await import("./adapters/kafka/kafka-source.js");
    return openKafkaSource(options, { env: process.env, clock: systemClock });
  },
};

const gateway: GatewayParts = {
  async serve(options) {
    const { serveGateway } = await import("./adapters/gateway/index.js");
    return serveGateway(options);
  },
  async openVerifier(options) {
    const { createTokenVerifier } = await import("./adapters/gateway/index.js");
    return createTokenVerifier(options);
  },
};

/** The first signal asks to stop, the second one to stop at once. */
function watchSignals(): CliContext["signals"] {
  const stop = new AbortController();
  const force = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => (stop.signal.aborted ? force : stop).abort());
  }
  return { stop: stop.signal, force: force.signal };
}

/** undefined: the store is DynamoDB, at the target. */
async function openOwnStore(settings: Settings): Promise<Store | undefined> {
  if (settings.store.kind !== "postgres") return undefined;
  const { openStore } = await import("./adapters/postgres/open-store.js");
  return openStore(settings.store, settings, systemClock);
}

async function main(): Promise<void> {
  const worker = openParentProcess();
  const exitCode = await runProgram(process.argv, {
    // Opening it takes milliseconds, and few commands read it.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    signals: worker ?? watchSignals(),
    startWorker: startWorkerProcess,
    parent: worker?.parent,
    async connect(settings, localEndpoint) {
      const { setFlagsFromString } = await import("node:v8");
      setFlagsFromString(HEAP_FLAG);
      const { connect } = await import("./adapters/aws/connect.js");
      const store = await openOwnStore(settings);
      return connect(settings, { localEndpoint, env: process.env, clock: systemClock, store });
    },
    localStack,
    // What the machine is called takes a moment to ask, and few commands do.
    process: {
      get host() {
        return process.getBuiltinModule("node:os").hostname();
      },
      pid: process.pid,
      rssBytes: () => process.memoryUsage.rss(),
    },
    telemetry,
    sources,
    gateway,
    version: EVP_VERSION,
    packageRoot,
  });
  // What was written is first read: a pipe takes its time.
  process.stdout.write("", () => process.exit(exitCode));
}

void main();
