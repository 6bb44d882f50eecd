/** A tenant as the registry holds it. */
export interface ClientRecord {
  clientId: string;
  active: boolean;
  /** Event types this client may have. */
  allowedTypes: string[];
  /** ARN of the client's FIFO topic: the only topic its events are ever published on. */
  topicArn: string;
  /** Name of the client's own queue, subscribed to its topic. */
  queueName: string;
}
