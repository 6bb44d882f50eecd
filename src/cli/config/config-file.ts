import type {
  ClientSettings,
  CustomMapping,
  GatewaySettings,
  IngressSettings,
  JournalSettings,
  KafkaSasl,
  KafkaSettings,
  PostgresSettings,
  ProcessSettings,
  StoreSettings,
  TriageRule,
} from "../../core/settings.js";

/** `evp.config.json`, as `schemas/config.json` describes it. Paths are as written. */
export interface ConfigFile {
  stack?: string;
  target?: string;
  targets?: { local?: { port?: number }; aws?: TargetEntry } & Record<string, TargetEntry>;
  envelope?: "evp" | "cloudevents" | CustomMapping;
  schemas?: { folder?: string; types?: Record<string, string>; default?: string };
  triage?: TriageRule[];
  clients?: (Omit<ClientSettings, "active"> & { active?: boolean })[];
  names?: NamesEntry;
  ingress?: Partial<IngressSettings>;
  store?: { kind: StoreSettings["kind"] } & Partial<Omit<PostgresSettings, "kind">>;
  journal?: Partial<JournalSettings>;
  process?: Partial<ProcessSettings>;
  kafka?: Partial<Omit<KafkaSettings, "sasl">> & { sasl?: Partial<KafkaSasl> & Pick<KafkaSasl, "mechanism"> };
  gateway?: Partial<GatewaySettings>;
  maxEventBytes?: number;
}

export interface TargetEntry {
  port?: number;
  region?: string;
  profile?: string;
  endpointUrl?: string;
  endpoints?: { sqs?: string; sns?: string; dynamodb?: string; sts?: string };
}

interface NamesEntry {
  ingressQueue?: string;
  deadLetterQueue?: string;
  undeliveredQueue?: string;
  eventsTable?: string;
  clientsTable?: string;
  producersTable?: string;
  /** With `{client}` for the client's id. */
  clientTopic?: string;
  clientQueue?: string;
}

/** A config file that was found and is valid. */
export interface LoadedConfig {
  /** Absolute path. */
  file: string;
  config: ConfigFile;
}
