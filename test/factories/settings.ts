import { defaultNames } from "../../src/core/names.js";
import type { Settings } from "../../src/core/settings.js";

/** Settings of a stack on the embedded stack, as evp has them without any config. */
export function settingsOf(changes: Partial<Settings> = {}): Settings {
  const stack = changes.stack ?? "evp";
  const ingress: Settings["ingress"] = changes.ingress ?? {
    kind: "fifo",
    visibilitySeconds: 60,
    maxReceiveCount: 1000,
  };
  return {
    stack,
    target: { kind: "local", name: "local", stateDir: "/nowhere/.evp", port: 4566 },
    envelope: "evp",
    schemas: { folder: "/nowhere/schemas", types: {} },
    triage: [],
    clients: [
      { id: "client-1", allowedTypes: ["monitoring", "user_action", "transaction", "integration"], active: true },
      { id: "client-2", allowedTypes: ["monitoring", "user_action"], active: true },
    ],
    names: defaultNames(stack, {}, ingress.kind),
    ingress,
    store: { kind: "dynamodb" },
    journal: { retentionDays: 30, replayIndex: true, rejectionIndex: true },
    process: {
      concurrency: 100,
      maxHeldBytes: 32 * 1024 * 1024,
      attempts: 5,
      callTimeoutMs: 10_000,
      stopTimeoutMs: 30_000,
    },
    kafka: { brokers: [], sessionTimeoutSeconds: 30 },
    gateway: {
      host: "127.0.0.1",
      port: 0,
      issuers: [],
      paths: [],
      bodyBytes: 1024 * 1024,
      batch: 100,
      ratePerSecond: 1000,
      connections: 1000,
      requestTimeoutMs: 10_000,
      trustedProxies: [],
    },
    maxEventBytes: 256 * 1024,
    stateDir: "/nowhere/.evp",
    ...changes,
  };
}
