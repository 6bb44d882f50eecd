import type { PoisonPolicy } from "./client.js";
import type { JsonObject } from "./event.js";
import type { IssuerSettings } from "./token-claims.js";
import type { WrapSettings } from "./wrap-event.js";

/** Everything a command needs to know, after flags, environment, config file and defaults are merged (docs/deploying.md, "Configuration"). */
export interface Settings {
  stack: string;
  target: TargetSettings;
  envelope: EnvelopeMapping;
  schemas: SchemaSettings;
  triage: TriageRule[];
  /** Clients that `evp init` registers. */
  clients: ClientSettings[];
  names: ResourceNames;
  ingress: IngressSettings;
  store: StoreSettings;
  journal: JournalSettings;
  process: ProcessSettings;
  kafka: KafkaSettings;
  gateway: GatewaySettings;
  /** Body plus the attributes evp adds. */
  maxEventBytes: number;
  /** Absolute path of the folder in which evp keeps what it needs to know again on this machine. */
  stateDir: string;
}

/** Where a stack lives. `local` is the embedded stack; `endpoint` is anything that speaks AWS's protocols at a URL. */
export type TargetSettings =
  | { kind: "local"; name: string; stateDir: string; port: number }
  | { kind: "endpoint"; name: string; region: string; endpoints: Endpoints; profile?: string | undefined }
  | {
      kind: "aws";
      name: string;
      region?: string | undefined;
      endpoints?: Endpoints | undefined;
      profile?: string | undefined;
    };

/** URLs by service; a service that is missing is asked at AWS's own. */
export interface Endpoints {
  sqs?: string | undefined;
  sns?: string | undefined;
  dynamodb?: string | undefined;
  sts?: string | undefined;
}

export interface ClientSettings {
  id: string;
  allowedTypes: string[];
  active: boolean;
  /** `skip` where it is missing. */
  poisonPolicy?: PoisonPolicy | undefined;
}

/** The name of every resource of the stack (docs/deploying.md, "Resources of a stack"). */
export interface ResourceNames {
  ingressQueue: string;
  deadLetterQueue: string;
  undeliveredQueue: string;
  eventsTable: string;
  clientsTable: string;
  producersTable: string;
  /** Names of one client's topic and queue. */
  topicOf(clientId: string): string;
  queueOf(clientId: string): string;
}

export interface IngressSettings {
  /** `standard`: each message counts as its own group, and no order is promised. */
  kind: "fifo" | "standard";
  visibilitySeconds: number;
  /** Native redrive to the DLQ, only as a last resort. */
  maxReceiveCount: number;
}

/** Where the journal and the registries are kept: in DynamoDB, at the target, or in a PostgreSQL database. */
export type StoreSettings = { kind: "dynamodb" } | PostgresSettings;

export interface PostgresSettings {
  kind: "postgres";
  /** What it leaves out, or all where there is none, comes from `PG…` variables ("Environment Variables", libpq). */
  url?: string | undefined;
  /** The stack's own schema. */
  schema: string;
  /** Where the views `message`, `client` and `event_type` are for others to read. */
  viewSchema: string;
  /** Connections that one process opens at most. */
  maxConnections: number;
}

export interface JournalSettings {
  /** Days that `accepted` lives; at least 15. */
  retentionDays: number;
  /** Index by client and hour over `accepted`. */
  replayIndex: boolean;
  /** Index by day over `rejected`. */
  rejectionIndex: boolean;
}

export interface ProcessSettings {
  /** Messages that one processor holds at most. */
  concurrency: number;
  /** Bytes of bodies that one processor holds, before it receives more. */
  maxHeldBytes: number;
  /** Attempts of one call before the group is released. */
  attempts: number;
  /** Bound on one call, at most 10 s. */
  callTimeoutMs: number;
  /** Bound on finishing what is held after the first signal. */
  stopTimeoutMs: number;
}

/** What `evp ingest kafka` reads. */
export interface KafkaSettings {
  /** As `host:port`; one that answers is enough. */
  brokers: string[];
  topic?: string | undefined;
  /** The consumer group that it is a member of. */
  group?: string | undefined;
  /** A member that the group has not heard of for so long loses its partitions. */
  sessionTimeoutSeconds: number;
  /** Without it, it does not say who it is. */
  sasl?: KafkaSasl | undefined;
  /** Without it, the connection is not encrypted. */
  ssl?: KafkaSsl | undefined;
}

/** Who evp says it is. Secrets are in the environment, or in a file; here is only where. */
export interface KafkaSasl {
  mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512" | "OAUTHBEARER";
  username?: string | undefined;
  /** Name of the environment variable that holds the password. */
  passwordEnv: string;
  /** Name of the environment variable that holds the token of OAUTHBEARER. */
  tokenEnv: string;
  /** Holds the token instead, and is read for each connection. Absolute path. */
  tokenFile?: string | undefined;
}

/** Files in PEM, as absolute paths. Without `ca`, the authorities that Node trusts. */
export interface KafkaSsl {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

/** The HTTP gateway. */
export interface GatewaySettings {
  host: string;
  port: number;
  /** Whose tokens are believed; empty: the embedded stack's own issuer, on the embedded stack. */
  issuers: IssuerSettings[];
  /** Paths beside `/v1/events`. */
  paths: GatewayPath[];
  /** Bytes of one request. */
  bodyBytes: number;
  /** Events of one request. */
  batch: number;
  /** Events a second of a producer that has no rate of its own. */
  ratePerSecond: number;
  connections: number;
  /** For a request to arrive whole. */
  requestTimeoutMs: number;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** Absolute paths of PEM files. */
  tls?: { cert: string; key: string } | undefined;
}

/** A path on which events are taken. */
export interface GatewayPath {
  path: string;
  /** Bodies there are no events: each is made the payload of one. */
  wrap?: WrapSettings | undefined;
}

/** Which schema each event type follows. Files are absolute paths. */
export interface SchemaSettings {
  /** Holds `<type>/<version>.json`. */
  folder: string;
  /** It is evp's own folder, since the config names none: a file that `types` names for a type takes the place of what comes with evp. */
  isBuiltIn?: boolean | undefined;
  /** A file for a type, whatever the version. */
  types: Record<string, string>;
  /** For types that have none: without it they are `schema-unknown`. */
  default?: string | undefined;
}

/** Adds message attributes to the events it fits, so that subscriptions can filter. */
export interface TriageRule {
  name: string;
  /** JSON Schema on the envelope with its payload. */
  if: JsonObject;
  attributes: Record<string, string>;
}

/** How a producer's JSON is read as an event. */
export type EnvelopeMapping = "evp" | "cloudevents" | CustomMapping;

/** Where each envelope field stands in a producer's own shape. */
export interface CustomMapping {
  id: FieldSource;
  type: FieldSource;
  clientId: FieldSource;
  version?: FieldSource | undefined;
  /** Without it, events have none. */
  source?: FieldSource | undefined;
  /** Without it, events have none. */
  timestamp?: FieldSource | undefined;
  key?: FieldSource | undefined;
  /** JSON Pointer to the payload; without it the whole body is the payload. */
  payload?: string | undefined;
}

/** A JSON Pointer, or more about it. */
export type FieldSource =
  | string
  | {
      pointer?: string | undefined;
      /** Name of a message attribute, where the pointer finds nothing. */
      attribute?: string | undefined;
      /** What the queue itself knows of the message, where there is neither. A redriven message keeps the id that it had. */
      from?: "messageId" | "groupId" | "deduplicationId" | undefined;
      /** Used always. */
      value?: string | undefined;
      /** Used where nothing is found. */
      default?: string | undefined;
      /** Other names of the same thing, for instance `{"loja A": "client-1"}`. */
      aliases?: Record<string, string> | undefined;
    };
