import { EvpError } from "../../core/errors.js";

/** What a failure of the client tells: an error of the broker by its name in the protocol, or one of the client, the sockets or TLS by its code. */
interface Told {
  code?: unknown;
  apiId?: unknown;
  message?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** Everything an error says, from the outside in. */
function* tellings(error: unknown): Generator<Told> {
  if (typeof error !== "object" || error === null) return;
  const told: Told = error;
  yield told;
  if (Array.isArray(told.errors)) for (const one of told.errors) yield* tellings(one);
  yield* tellings(told.cause);
}

/** Whether the broker has answered with one of these errors ("Kafka protocol guide", "Error Codes"). */
export function isAnswered(error: unknown, names: readonly string[]): boolean {
  return tellings(error).some(({ apiId }) => typeof apiId === "string" && names.includes(apiId));
}

/** The membership that a call was made in is not there any more; the next one is on its way. */
const MEMBERSHIP_OVER = [
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "REBALANCE_IN_PROGRESS",
  "FENCED_INSTANCE_ID",
  "FENCED_MEMBER_EPOCH",
  "STALE_MEMBER_EPOCH",
];

export function isMembershipOver(error: unknown): boolean {
  return isAnswered(error, MEMBERSHIP_OVER);
}

const FORBIDDEN = ["TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"];
const REFUSED = ["SASL_AUTHENTICATION_FAILED", "UNSUPPORTED_SASL_MECHANISM", "ILLEGAL_SASL_STATE"];
/** How the client calls it. */
const NOT_AUTHENTICATED = "PLT_KFK_AUTHENTICATION";
/** OpenSSL's and Node's codes for certificates that do not prove what they should ("X509 certificate error codes" of Node's TLS page). */
const TLS_CODES =
  /^(ERR_TLS_CERT_|ERR_SSL_|(UNABLE_TO_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERROR_IN_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE))/;
const BAD_REQUEST: Record<string, string> = {
  INCONSISTENT_GROUP_PROTOCOL:
    "The group's other consumers share out partitions in another way: use a group of evp's own.",
  INVALID_GROUP_ID: "Give another --group.",
  INVALID_SESSION_TIMEOUT: "The broker does not allow this session timeout: change /kafka/sessionTimeoutSeconds.",
  INVALID_TOPIC_EXCEPTION: "Give another --topic.",
  GROUP_MAX_SIZE_REACHED: "Stop another consumer of the group, or let the group have more members.",
};

/** What cannot mend itself, as the error that a command ends with; undefined: it may pass. `doing`: a gerund, for instance `joining the group g`. */
export function lastingError(error: unknown, doing: string): EvpError | undefined {
  if (error instanceof EvpError) return error;
  const told = [...tellings(error)];
  const names = told.flatMap(({ apiId }) => (typeof apiId === "string" ? [apiId] : []));
  const codes = told.flatMap(({ code }) => (typeof code === "string" ? [code] : []));
  const lasting = (code: string, category: "credentials" | "usage", hint: string) =>
    new EvpError(`${doing}: ${failureText(error)}`, { code, category, hint, cause: error });
  if (names.some((name) => FORBIDDEN.includes(name))) {
    return lasting("kafka-forbidden", "credentials", "Let this user read the topic, and read in the group.");
  }
  if (names.some((name) => REFUSED.includes(name)) || codes.includes(NOT_AUTHENTICATED)) {
    return lasting(
      "kafka-credentials",
      "credentials",
      "Look at /kafka/sasl: mechanism, user name and the secret's variable.",
    );
  }
  if (codes.some((code) => TLS_CODES.test(code))) {
    return lasting(
      "kafka-tls",
      "credentials",
      "Look at /kafka/ssl: ca must prove the broker, cert and key prove evp to it.",
    );
  }
  const hint = names.flatMap((name) => BAD_REQUEST[name] ?? [])[0];
  return hint === undefined ? undefined : lasting("kafka-refused", "usage", hint);
}

/** The innermost reason, in a line, with the broker's or the system's name for it. */
export function failureText(error: unknown): string {
  const told = [...tellings(error)].filter(({ message }) => typeof message === "string" && message !== "");
  const innermost = told.at(-1);
  if (innermost === undefined) return String(error);
  const name = [innermost.apiId, innermost.code].find((one) => typeof one === "string" && !one.startsWith("PLT_"));
  const text = String(innermost.message);
  return name === undefined || text.includes(String(name)) ? text : `${text} (${name})`;
}

/** Whether this is the client's word, when it is asked about a topic, that the brokers do not know it. */
export function isTopicMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "PLT_KFK_USER";
}

export function topicMissing(topic: string, brokers: string[]): EvpError {
  return new EvpError(`there is no topic ${topic} at ${brokers.join(", ")}`, {
    code: "kafka-topic-missing",
    category: "not-found",
    hint: "Look at its name, or make it: evp never makes a topic of Kafka.",
  });
}

export function kafkaUnreachable(brokers: string[], error: unknown): EvpError {
  return new EvpError(`no Kafka at ${brokers.join(", ")}: ${failureText(error)}`, {
    code: "kafka-unreachable",
    category: "unreachable",
    hint: "Look at --brokers, and whether that listener wants TLS, a certificate or SASL (/kafka/ssl, /kafka/sasl).",
    retryable: true,
    cause: error,
  });
}
