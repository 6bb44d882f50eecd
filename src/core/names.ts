import type { IngressSettings, ResourceNames } from "./settings.js";

/** Names of resources that differ from the stack's own, as the config gives them. */
export interface NameOverrides {
  ingressQueue?: string | undefined;
  deadLetterQueue?: string | undefined;
  undeliveredQueue?: string | undefined;
  eventsTable?: string | undefined;
  clientsTable?: string | undefined;
  producersTable?: string | undefined;
  /** With `{client}` for the client's id. */
  clientTopic?: string | undefined;
  /** With `{client}` for the client's id. */
  clientQueue?: string | undefined;
}

const FIFO_SUFFIX = ".fifo";

/**
 * The names of a stack's resources: `<stack>-ingress.fifo` and so on, unless one is named otherwise. With a standard
 * ingress queue the DLQ is a standard queue too, since SQS wants both of the same type ("Using dead-letter queues in Amazon SQS").
 */
export function defaultNames(
  stack: string,
  overrides: NameOverrides = {},
  ingressKind: IngressSettings["kind"] = "fifo",
): ResourceNames {
  const ingressSuffix = ingressKind === "fifo" ? FIFO_SUFFIX : "";
  const clientPattern = `${stack}-{client}${FIFO_SUFFIX}`;
  const topicPattern = overrides.clientTopic ?? clientPattern;
  const queuePattern = overrides.clientQueue ?? clientPattern;
  return {
    ingressQueue: overrides.ingressQueue ?? `${stack}-ingress${ingressSuffix}`,
    deadLetterQueue: overrides.deadLetterQueue ?? `${stack}-dlq${ingressSuffix}`,
    undeliveredQueue: overrides.undeliveredQueue ?? `${stack}-undelivered${FIFO_SUFFIX}`,
    eventsTable: overrides.eventsTable ?? `${stack}-events`,
    clientsTable: overrides.clientsTable ?? `${stack}-clients`,
    producersTable: overrides.producersTable ?? `${stack}-producers`,
    topicOf: (clientId) => topicPattern.replaceAll("{client}", clientId),
    queueOf: (clientId) => queuePattern.replaceAll("{client}", clientId),
  };
}

/** Whether SQS and SNS take the name for a FIFO resource: it must end in `.fifo` ("CreateQueue", "CreateTopic"). */
export function isFifoName(name: string): boolean {
  return name.endsWith(FIFO_SUFFIX);
}
