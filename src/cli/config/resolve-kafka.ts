import { resolve } from "node:path";
import type { KafkaSasl, KafkaSettings, KafkaSsl } from "../../core/settings.js";
import type { CliContext } from "../context.js";
import type { ConfigFile } from "./config-file.js";
import { DEFAULTS } from "./defaults.js";
import { type Candidate, firstGiven, fromDefault, fromFile, fromVariable, type Origins } from "./origins.js";

type KafkaEntry = NonNullable<ConfigFile["kafka"]>;

/** What `evp ingest kafka` reads when its flags say nothing else. Files are relative to the config file. */
export function resolveKafka(env: CliContext["env"], kafka: KafkaEntry, base: string, origins: Origins): KafkaSettings {
  const choose = <Value>(name: string, candidates: Candidate<Value>[]) => {
    const chosen = firstGiven(candidates) ?? fromDefault(undefined);
    origins.set(`kafka.${name}`, chosen.origin);
    return chosen.value;
  };
  const { brokers, topic, group, sessionTimeoutSeconds, sasl, ssl } = kafka;
  const named = fromVariable(env, "EVP_KAFKA_BROKERS");
  return {
    brokers:
      choose("brokers", [
        { value: named.value === undefined ? undefined : splitBrokers(named.value), origin: named.origin },
        fromFile("/kafka/brokers", brokers),
      ]) ?? [],
    topic: choose("topic", [fromVariable(env, "EVP_KAFKA_TOPIC"), fromFile("/kafka/topic", topic)]),
    group: choose("group", [fromVariable(env, "EVP_KAFKA_GROUP"), fromFile("/kafka/group", group)]),
    sessionTimeoutSeconds:
      choose("sessionTimeoutSeconds", [fromFile("/kafka/sessionTimeoutSeconds", sessionTimeoutSeconds)]) ??
      DEFAULTS.kafka.sessionTimeoutSeconds,
    sasl: resolveSasl(choose("sasl", [fromFile("/kafka/sasl", sasl)]), base),
    ssl: resolveSsl(choose("ssl", [fromFile("/kafka/ssl", ssl)]), base),
  };
}

/** `host:port,host:port`, as every Kafka program takes them. */
export function splitBrokers(text: string): string[] {
  return text
    .split(",")
    .map((broker) => broker.trim())
    .filter((broker) => broker !== "");
}

function resolveSasl(sasl: KafkaEntry["sasl"], base: string): KafkaSasl | undefined {
  if (sasl === undefined) return undefined;
  const { tokenFile } = sasl;
  return {
    ...DEFAULTS.kafka.sasl,
    ...sasl,
    ...(tokenFile === undefined ? {} : { tokenFile: resolve(base, tokenFile) }),
  };
}

function resolveSsl(ssl: KafkaSsl | undefined, base: string): KafkaSsl | undefined {
  if (ssl === undefined) return undefined;
  return Object.fromEntries(Object.entries(ssl).map(([name, file]) => [name, resolve(base, file)]));
}
