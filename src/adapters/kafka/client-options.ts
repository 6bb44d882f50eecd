import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { ConnectionOptions, SASLOptions } from "@platformatic/kafka";
import { EvpError } from "../../core/errors.js";
import type { KafkaSasl, KafkaSettings, KafkaSsl } from "../../core/settings.js";

type Environment = Readonly<Record<string, string | undefined>>;

interface ClientOptions extends Pick<ConnectionOptions, "sasl" | "tls" | "tlsServerName"> {
  clientId: string;
  bootstrapBrokers: string[];
  connectTimeout: number;
  retries: number;
  autocreateTopics: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * How a client reaches the brokers, and who it says it is. It tries nothing twice by itself: whoever calls knows how long to go on.
 * @throws EvpError (usage) when a secret is not in the environment, or a file cannot be read
 */
export async function clientOptions(settings: KafkaSettings, env: Environment): Promise<ClientOptions> {
  const { brokers, sasl, ssl } = settings;
  return {
    clientId: "evp",
    bootstrapBrokers: brokers,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retries: 0,
    autocreateTopics: false,
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl, env) }),
    ...(ssl === undefined ? {} : { tls: await tlsOptions(ssl), tlsServerName: !brokers.some(isAddress) }),
  };
}

/** Of a server name, TLS may say none that is an address (RFC 6066, section 3). */
function isAddress(broker: string): boolean {
  return isIP(broker.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")) !== 0;
}

function saslOptions(
  { mechanism, username, passwordEnv, tokenEnv, tokenFile }: KafkaSasl,
  env: Environment,
): SASLOptions {
  if (mechanism !== "OAUTHBEARER") {
    return { mechanism, username: username ?? "", password: secret(passwordEnv, env, "/kafka/sasl/passwordEnv") };
  }
  // A token lives for minutes or hours: whoever renews it writes the file anew, and it is read for each connection.
  if (tokenFile !== undefined) return { mechanism, token: () => readToken(tokenFile) };
  return { mechanism, token: secret(tokenEnv, env, "/kafka/sasl/tokenEnv") };
}

function secret(name: string, env: Environment, pointer: string): string {
  const value = env[name];
  if (value !== undefined && value !== "") return value;
  throw new EvpError(`there is no secret for Kafka in the environment variable ${name}`, {
    code: "kafka-secret-missing",
    category: "usage",
    hint: `Set ${name}, or name another variable in ${pointer}.`,
  });
}

function readToken(file: string): string {
  return readFileSync(file, "utf8").trim();
}

async function tlsOptions({ ca, cert, key }: KafkaSsl): Promise<NonNullable<ConnectionOptions["tls"]>> {
  const files = await Promise.all(
    Object.entries({ ca, cert, key }).map(async ([name, file]) =>
      file === undefined ? [] : [[name, await readPem(name, file)] as const],
    ),
  );
  return Object.fromEntries(files.flat());
}

async function readPem(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new EvpError(`/kafka/ssl/${name}: cannot read ${file}`, {
      code: "kafka-ssl-file",
      category: "usage",
      hint: "Name a file in PEM that this user may read.",
      cause: error,
    });
  }
}
