/** A message that a producer has sent, and what is right to become of it. */
export interface Sent {
  readonly messageId: string;
  readonly groupId: string;
  /** Place in the order in which the ingress queue took messages in. */
  readonly ordinal: number;
  /** ms since 1970. */
  readonly sentAt: number;
  /** No two bodies are the same, since each ends in a number of spaces of its own. */
  readonly body: string;
  readonly clientId: string;
  readonly type: string;
  /** Client and event id. */
  readonly eventKey: string;
  /** Messages of one event with the same content are the same event. */
  readonly content: string;
  /** The reason for which it must be rejected, whatever else happens; undefined for an event that may pass. */
  readonly flaw: string | undefined;
}
