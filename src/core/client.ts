/** What becomes of a client's event that cannot pass. `skip`: it goes to the DLQ, and its group goes on. `block`: its group waits for an operator. */
export const POISON_POLICIES = ["skip", "block"] as const;
export type PoisonPolicy = (typeof POISON_POLICIES)[number];

/** A tenant as the registry holds it. */
export interface ClientRecord {
  clientId: string;
  active: boolean;
  /** Event types this client may have. */
  allowedTypes: string[];
  poisonPolicy: PoisonPolicy;
  /** ARN of the client's FIFO topic: the only topic its events are ever published on. */
  topicArn: string;
  /** Name of the client's own queue, subscribed to its topic. */
  queueName: string;
}

export function isPoisonPolicy(text: string): text is PoisonPolicy {
  return POISON_POLICIES.some((policy) => policy === text);
}
