import type {
  ClientSettings,
  GatewaySettings,
  IngressSettings,
  JournalSettings,
  ProcessSettings,
} from "../../core/settings.js";

/** Every default of evp's settings. */
export const DEFAULTS = {
  configFile: "evp.config.json",
  stack: "evp",
  target: "local",
  /** Beside the config file. */
  stateDir: ".evp",
  port: 4566,
  /** For endpoints other than AWS, where it hardly matters. */
  endpointRegion: "us-east-1",
  envelope: "evp",
  /** Inside the package. */
  schemaFolder: "schemas/events",
  clients: [
    { id: "client-1", allowedTypes: ["monitoring", "user_action", "transaction", "integration"], active: true },
    { id: "client-2", allowedTypes: ["monitoring", "user_action"], active: true },
    { id: "client-3", allowedTypes: ["transaction", "integration"], active: true },
  ] satisfies ClientSettings[],
  ingress: { kind: "fifo", visibilitySeconds: 60, maxReceiveCount: 1000 } satisfies IngressSettings,
  store: { kind: "dynamodb", maxConnections: 10 },
  journal: { retentionDays: 30, replayIndex: true, rejectionIndex: true } satisfies JournalSettings,
  process: {
    concurrency: 1000,
    maxHeldBytes: 32 * 1024 * 1024,
    attempts: 5,
    callTimeoutMs: 10_000,
    stopTimeoutMs: 20_000,
  } satisfies ProcessSettings,
  kafka: {
    sessionTimeoutSeconds: 30,
    sasl: { passwordEnv: "EVP_KAFKA_PASSWORD", tokenEnv: "EVP_KAFKA_TOKEN" },
  },
  gateway: {
    host: "127.0.0.1",
    port: 8080,
    issuers: [],
    paths: [],
    bodyBytes: 1024 * 1024,
    batch: 100,
    ratePerSecond: 1000,
    connections: 1000,
    requestTimeoutMs: 10_000,
    trustedProxies: [],
  } satisfies GatewaySettings,
  maxEventBytes: 256 * 1024,
} as const;
