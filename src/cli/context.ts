import type { Settings } from "../core/settings.js";
import type { IssuerSettings } from "../core/token-claims.js";
import type { Clock } from "../ports/clock.js";
import type { FileSourceOptions } from "../ports/file-source.js";
import type { GatewayService, GatewayServiceOptions } from "../ports/gateway-service.js";
import type { HttpAddress, HttpRoutes, HttpService } from "../ports/http-service.js";
import type { KafkaSourceOptions } from "../ports/kafka-source.js";
import type { MetricDefinition, MetricRegistry } from "../ports/metrics.js";
import type { RecordSource } from "../ports/record-source.js";
import type { StackConnection } from "../ports/stack-connection.js";
import type { TokenVerifier } from "../ports/token-verifier.js";
import type { OpenTracing, TracingOptions } from "../ports/trace-export.js";
import type { ParentProcess, WorkerProcess } from "../ports/worker-process.js";

/**
 * Everything the command line touches of the world, so that a test can run the whole program in process.
 *
 * What the composition root supplies:
 * - `signals`: `stop` aborts at the first SIGINT or SIGTERM, `force` at the second.
 * - `connect`: opens a connection and makes no call. For a local target it is given the endpoint of the running stack.
 * - `localStack`: the embedded stack's background process.
 * - Once {@link runProgram} resolves, it sets the exit code, lets stdout drain, and leaves: an interrupted command may
 *   still have calls in flight that nobody waits for.
 */
export interface CliContext {
  stdin: InputStream;
  stdout: OutputStream;
  stderr: OutputStream;
  env: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  cwd: string;
  clock: Clock;
  signals: { stop: AbortSignal; force: AbortSignal };
  connect(settings: Settings, localEndpoint: string | undefined): Promise<StackConnection>;
  localStack: LocalStackControl;
  /** Starts this very command line once more, as a worker of this process. */
  startWorker(wantsEvents: boolean): WorkerProcess;
  /** Where this process is such a worker; its orders come as signals. */
  parent: ParentProcess | undefined;
  /** This very process: the machine it runs on, its id there, and its resident memory. */
  process: { host: string; pid: number; rssBytes(): number };
  telemetry: Telemetry;
  sources: Sources;
  gateway: GatewayParts;
  /** Version of evp. */
  version: string;
  /** Absolute path of the folder that holds `schemas/` and `fixtures/`. */
  packageRoot: string;
}

/** How a running command is seen from elsewhere. Each loads what it takes when it is called. */
export interface Telemetry {
  /** @throws EvpError (usage) when it cannot listen there */
  serveHttp(address: HttpAddress, routes: HttpRoutes): Promise<HttpService>;
  openMetrics<Name extends string>(
    definitions: Readonly<Record<Name, MetricDefinition>>,
  ): Promise<MetricRegistry<Name>>;
  openTracing(options: TracingOptions): Promise<OpenTracing>;
}

/** Where events come from that are not on the ingress queue. Each loads what it takes when it is called. */
export interface Sources {
  /** @throws EvpError (failed) when another process reads it, or its position cannot be read */
  openFile(options: FileSourceOptions): Promise<RecordSource>;
  /** Lines of a stream, which keeps no position. */
  openStream(name: string, chunks: AsyncIterable<Uint8Array | string>): Promise<RecordSource>;
  /** Makes no connection yet. @throws EvpError (usage) when a secret or a file is missing */
  openKafka(options: KafkaSourceOptions): Promise<RecordSource>;
}

/** What the HTTP gateway is made of. Each loads what it takes when it is called. */
export interface GatewayParts {
  /** @throws EvpError (usage) when it cannot listen there */
  serve(options: GatewayServiceOptions): Promise<GatewayService>;
  openVerifier(options: {
    issuers: IssuerSettings[];
    clock: Clock;
    onFailure: (message: string) => void;
  }): Promise<TokenVerifier>;
}

export interface InputStream extends NodeJS.ReadableStream {
  isTTY?: boolean | undefined;
}

export interface OutputStream extends NodeJS.WritableStream {
  isTTY?: boolean | undefined;
  /** Width of the terminal, in characters. */
  columns?: number | undefined;
}

/** Where an embedded stack keeps its state, and the port it is asked to listen on. */
export interface LocalStackPlace {
  /** Absolute path. */
  stateDir: string;
  port: number;
}

/** An embedded stack that runs. */
export interface RunningLocalStack {
  endpoint: string;
  pid: number;
  port: number;
  /** Whether this command started it. */
  started: boolean;
  /** It listens on another port than it was asked to, since that one was taken. */
  portTaken: boolean;
}

/** The document of `evp local status --json`. `endpoint` and `pid` are null while it does not run. */
interface LocalStackStatus {
  running: boolean;
  endpoint: string | null;
  pid: number | null;
  stateDir: string;
}

/** Where an embedded stack was last, and whether the process of that id still runs, as which it may be another by now. */
export interface LocalStackTrace {
  pid: number;
  port: number;
  isAlive: boolean;
}

/** The embedded stack's background process. Every failure is an EvpError. */
export interface LocalStackControl {
  /** Starts it unless it runs; two callers at once end up with one. */
  ensure(place: LocalStackPlace): Promise<RunningLocalStack>;
  /** @returns false when it was not running */
  stop(stateDir: string): Promise<boolean>;
  status(stateDir: string): Promise<LocalStackStatus>;
  /** What the last one that came up left behind of itself, whether it runs, was stopped or was killed; undefined where there is nothing. */
  trace(stateDir: string): Promise<LocalStackTrace | undefined>;
  /** Stops it and deletes its state. */
  reset(stateDir: string): Promise<void>;
  /** Path of its log, whether there is one yet or not. */
  logFile(stateDir: string): string;
  /** Runs the stack in this very process, with its log on stderr, until `signal` aborts. */
  serve(place: LocalStackPlace, signal: AbortSignal): Promise<void>;
}
