/** Message attributes that evp writes and reads: to clients on their topics, on dead letters, and on redriven messages. */
export const ATTRIBUTE = {
  eventId: "evp-event-id",
  type: "evp-type",
  version: "evp-version",
  receivedAt: "evp-received-at",
  traceparent: "traceparent",
  reason: "evp-reason",
  detail: "evp-detail",
  client: "evp-client",
  group: "evp-group",
  rejectedAt: "evp-rejected-at",
  messageId: "evp-message-id",
  /** On the ingress queue: message id of the dead letter that this message is a copy of. */
  redriveOf: "evp-redrive-of",
  /** On the ingress queue and on dead letters: how many times this event has been redriven so far. */
  redrives: "evp-redrives",
  /** On what a client gets once more: which replay sent it. */
  replay: "evp-replay",
  /** On a record that is no event, and on its dead letter: where it stands in its source, for instance evp-origin-line. */
  origin: "evp-origin-",
} as const;
