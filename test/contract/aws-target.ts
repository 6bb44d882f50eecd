import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { connect } from "../../src/adapters/aws/connect.js";
import { type AwsServices, createServices } from "../../src/adapters/aws/services.js";
import { accessTo, type TargetAccess } from "../../src/adapters/aws/target-access.js";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { Settings, TargetSettings } from "../../src/core/settings.js";
import { serveLocalStack } from "../../src/local/background/serve.js";
import type { Clock } from "../../src/ports/clock.js";
import type { StackConnection } from "../../src/ports/stack-connection.js";
import { settingsOf } from "../factories/settings.js";
import { NotTried } from "./rule.js";

/** A target that somebody else has chosen, and cleans up behind the tests. */
export interface HandedTarget {
  target: TargetSettings;
  /** What the name of everything begins with that the tests make there. */
  stack: string;
  /** Why a service cannot be tried, by service. */
  missing: Partial<Record<AwsService, string>>;
}

export type AwsService = "sqs" | "sns" | "dynamodb";

declare module "vitest" {
  interface ProvidedContext {
    /** The target of `npm run conformance`; undefined where the tests serve an embedded stack themselves. */
    handedTarget?: HandedTarget;
  }
}

/** Stacks on AWS's own protocols for the tests of one file. */
export interface AwsTarget {
  endpoint(): string;
  /** A stack of its own name, of which nothing exists. */
  open(changes?: Partial<Settings>, clock?: Clock): { connection: StackConnection; settings: Settings };
  /** The services themselves, for what no port of evp does. */
  services(): AwsServices;
  /** @throws NotTried where the target lacks a service */
  need(...services: AwsService[]): void;
}

/** The target that was handed in, or an embedded stack in this process. @param file - tells the file's stacks from those of others */
export function contractTarget(file: string): AwsTarget {
  const handed = inject("handedTarget");
  return handed === undefined ? servedTarget() : handedTarget(handed, file);
}

/** An embedded stack for the tests of one file, in this process. */
export function servedTarget(): AwsTarget {
  let endpoint = "";
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), "evp-contract-"));
    const stack = await serveLocalStack({ stateDir: directory, port: 0, version: "0.0.0", log: () => {} });
    endpoint = stack.endpoint;
    undo.push(
      () => rm(directory, { recursive: true, force: true }),
      () => stack.close(),
    );
  });
  const open = stackOpener("s", (settings, clock) => connect(settings, { localEndpoint: endpoint, env: {}, clock }));
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });
  return {
    endpoint: () => endpoint,
    open,
    services: servicesOf(() => accessTo(settingsOf().target, endpoint, {})),
    need: () => {},
  };
}

const CALL_TIMEOUT_MS = 10_000;

/** The services of a target, opened once for the tests of one file. */
function servicesOf(access: () => TargetAccess): () => AwsServices {
  let services: AwsServices | undefined;
  afterAll(() => services?.close());
  return () => {
    services ??= createServices(access(), CALL_TIMEOUT_MS);
    return services;
  };
}

function handedTarget({ target, stack, missing }: HandedTarget, file: string): AwsTarget {
  const openStack = stackOpener(`${stack}-${file}`, (settings, clock) =>
    connect(settings, { env: process.env, clock }),
  );
  return {
    endpoint: () => (target.kind === "endpoint" ? (target.endpoints.sqs ?? "") : ""),
    open: (changes = {}, clock = systemClock) => openStack({ target, ...changes }, clock),
    services: servicesOf(() => accessTo(target, undefined, process.env)),
    need(...services) {
      for (const service of services) {
        const reason = missing[service];
        if (reason !== undefined) throw new NotTried(reason);
      }
    },
  };
}

/** Opens one stack after another, and closes the connections when the file's tests are over. */
function stackOpener(prefix: string, connectTo: (settings: Settings, clock: Clock) => StackConnection) {
  let stacks = 0;
  const connections: StackConnection[] = [];
  afterAll(() => {
    for (const connection of connections) connection.close();
  });
  return (changes: Partial<Settings> = {}, clock: Clock = systemClock) => {
    stacks += 1;
    const settings = settingsOf({ stack: `${prefix}${stacks}`, ...changes });
    const connection = connectTo(settings, clock);
    connections.push(connection);
    return { connection, settings };
  };
}
