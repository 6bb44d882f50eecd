import { REASONS } from "./outcome.js";
import { ITEM_STATUSES, PROBLEMS } from "./problem.js";

/** JSON Schemas of what the gateway answers: its routes carry them, and the OpenAPI document is made of them. */

const text = { type: "string" } as const;
const names = {
  eventId: { ...text, description: "The event's id: what evp why takes." },
  clientId: text,
  type: text,
  groupId: { ...text, description: "The message group: events of one group stay in order." },
};

/** The answer for one event. */
export const ENQUEUED = {
  type: "object",
  additionalProperties: false,
  required: ["messageId", "eventId", "clientId", "type", "groupId"],
  properties: {
    messageId: { ...text, description: "The id that the ingress queue gave to it." },
    MessageId: { ...text, description: "The same, on paths of the config's own." },
    ...names,
  },
} as const;

const ITEM = {
  type: "object",
  additionalProperties: false,
  required: ["item", "status"],
  properties: {
    item: { type: "integer", minimum: 0, description: "Which event of the array." },
    status: { enum: [...ITEM_STATUSES] },
    reason: { ...text, description: "Why it is refused, or failed." },
    detail: text,
    retryable: { type: "boolean", description: "Whether the same event may pass later with nothing changed." },
    messageId: text,
    ...names,
  },
} as const;

/** The answer for an array. */
export const ITEMS = {
  type: "object",
  additionalProperties: false,
  required: ["items"],
  properties: { items: { type: "array", items: ITEM } },
} as const;

export const ACCEPTED = { anyOf: [ENQUEUED, ITEMS] } as const;

/** A problem document (RFC 9457). */
export const PROBLEM = {
  type: "object",
  additionalProperties: false,
  required: ["type", "title", "status", "detail", "code", "retryable"],
  properties: {
    type: { ...text, format: "uri", description: "urn:evp:problem:<code>" },
    title: text,
    status: { type: "integer" },
    detail: text,
    code: { enum: Object.keys(PROBLEMS) },
    retryable: { type: "boolean", description: "Whether the same request may pass later with nothing changed." },
    reason: { enum: [...REASONS], description: "Why evp would reject the event." },
    errors: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["pointer", "detail"],
        properties: {
          item: { type: "integer", minimum: 0 },
          pointer: { ...text, description: "JSON Pointer in the event; empty for the whole of it." },
          detail: text,
        },
      },
    },
    items: { type: "array", items: ITEM },
  },
} as const;

export const HEALTH = {
  type: "object",
  additionalProperties: false,
  required: ["status"],
  properties: { status: { enum: ["ready", "stopping"] } },
} as const;

const EVENT_PROBLEMS = Object.entries(PROBLEMS).filter(([code]) => code !== "not-found");

/** What the routes that take events answer, by status. */
export const EVENTS_RESPONSES: Readonly<Record<string, object>> = {
  202: ACCEPTED,
  207: ITEMS,
  ...Object.fromEntries(EVENT_PROBLEMS.map(([, { status }]) => [status, PROBLEM])),
};
