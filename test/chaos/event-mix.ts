import { createHash } from "node:crypto";
import { between, pick, pickWeighted, type Random } from "./seeded-random.js";
import type { PlannedMessage } from "./sent-message.js";

/** The clients of every round, for the config, and what each may have. */
export const CLIENTS = [
  { id: "client-1", allowedTypes: ["monitoring", "user_action", "transaction", "integration"] },
  { id: "client-2", allowedTypes: ["monitoring", "user_action"] },
  { id: "client-3", allowedTypes: ["transaction", "integration"] },
  { id: "loja_4", allowedTypes: ["transaction"] },
  { id: "asleep", allowedTypes: ["transaction"], active: false },
];
const ACTIVE = CLIENTS.filter(({ active }) => active !== false);

/** The rule that marks large amounts, for the config. */
export const TRIAGE = [
  {
    name: "high value",
    if: {
      properties: { payload: { properties: { amount: { exclusiveMinimum: 10_000 } }, required: ["amount"] } },
      required: ["payload"],
    },
    attributes: { highValue: "true" },
  },
];

const GROUPS_OF_A_CLIENT = 6;

/** How often each kind of message is sent beside the others. */
const KINDS = {
  valid: 70,
  copy: 6,
  "copy in another group": 2,
  conflict: 2,
  "schema-violation": 5,
  "malformed-json": 3,
  "envelope-invalid": 3,
  "schema-unknown": 2,
  "client-unknown": 2,
  "client-inactive": 2,
  "type-forbidden": 3,
};

const TEXTS = [
  "plain",
  "emoji 🎉👩‍👩‍👧‍👦🇧🇷 and ação",
  "\u2028 line separator, \\u0000 escaped, \u200b nothing",
  '<xml attr="&amp;"/> & \t',
  "日本語テキスト",
  "é as two: e\u0301",
];

/** Draws messages that all name events of one round; ids begin with `prefix`. */
export function drawMessages(random: Random, count: number, prefix: string): PlannedMessage[] {
  const messages: PlannedMessage[] = [];
  for (let number = 0; number < count; number++) {
    const kind = pickWeighted(random, KINDS);
    const id = `${prefix}-${number}`;
    const earlier = messages.filter(({ reason }) => reason === undefined).slice(-30);
    const isFirst = earlier.length === 0;
    messages.push(isFirst || kind === "valid" ? validMessage(random, id) : drawKind(random, kind, id, earlier));
  }
  return messages;
}

function drawKind(random: Random, kind: keyof typeof KINDS, id: string, earlier: PlannedMessage[]): PlannedMessage {
  const valid = validMessage(random, id);
  switch (kind) {
    case "valid":
      return valid;
    case "copy":
      return { ...pick(random, earlier), deduplicationId: id, attributes: drawAttributes(random) };
    case "copy in another group":
      return copyElsewhere(random, pick(random, earlier), id);
    case "conflict":
      return conflictWith(random, pick(random, earlier), id);
    default:
      return invalid(random, kind, valid);
  }
}

type Fields = Record<string, unknown>;

/** A valid event of a client that may have it, written the way that some producer might write it. */
function validMessage(random: Random, id: string, changes: Fields = {}): PlannedMessage {
  const client = pick(random, ACTIVE);
  const type = pick(random, client.allowedTypes);
  const key = `key-${between(random, 1, GROUPS_OF_A_CLIENT)}`;
  const payload = payloadOf(random, type);
  const fields = { id, type, clientId: client.id, source: "chaos", timestamp: "2026-11-21T10:00:00Z", key, payload };
  const given = { ...fields, ...changes };
  // Some producers keep the events of several clients in one order.
  const groupId = random() < 0.1 ? "shared#1" : `${client.id}#${key}`;
  return {
    groupId,
    deduplicationId: id,
    body: writeDocument(random, given),
    attributes: drawAttributes(random),
    eventId: id,
    clientId: String(given.clientId),
    type: String(given.type),
    content: fingerprint(given),
    isHighValue: typeof payload.amount === "number" && payload.amount > 10_000,
  };
}

function payloadOf(random: Random, type: string): Fields {
  const note = pick(random, TEXTS) + (random() < 0.03 ? "ä".repeat(between(random, 5_000, 40_000)) : "");
  const payloads: Record<string, Fields> = {
    monitoring: { severity: pick(random, ["info", "high", "critical"]), message: note.slice(0, 5_000) },
    user_action: { userId: "u-1", action: "login", resource: "/orders/4711", note },
    transaction: { transactionId: "t-1", amount: between(random, 1, 20_000), currency: "BRL", note },
    integration: { source: "erp", target: "shop", operation: "sync", note },
  };
  return payloads[type] ?? {};
}

/** The same document in one of the forms that JSON allows; none of it may change on the way to the client. */
function writeDocument(random: Random, fields: Fields): string {
  const form = between(random, 0, 4);
  if (form === 0) return `${JSON.stringify(fields, undefined, 2)}\n`;
  if (form === 1) return JSON.stringify(Object.fromEntries(Object.entries(fields).reverse()));
  if (form === 2) return ` \r\n${JSON.stringify(fields)}\t`;
  // Every character beyond ASCII as an escape, half by half.
  if (form === 3) return JSON.stringify(fields).replace(/[^ -~]/g, escapeUnit);
  return JSON.stringify(fields);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function fingerprint(fields: Fields): string {
  return createHash("sha256").update(JSON.stringify(fields)).digest("base64url");
}

/** What producers add of their own: up to 10 attributes, with a trace context that can be read, one that cannot, or none. */
function drawAttributes(random: Random): Record<string, string> {
  const trace = between(random, 0, 3);
  const own = Object.fromEntries(
    Array.from({ length: between(random, 0, 9) }, (_, place) => [`producer-${place}`, pick(random, TEXTS)]),
  );
  if (trace === 0) return own;
  const hex = (length: number) => Array.from({ length }, () => between(random, 0, 15).toString(16)).join("");
  const traceparent = trace === 1 ? "no trace context" : `00-${hex(32)}-${hex(16)}-01`;
  return { ...own, traceparent };
}

/** White space behind a document changes nothing of what it says. */
function copyElsewhere(random: Random, original: PlannedMessage, id: string): PlannedMessage {
  const groupId = `${original.groupId}-other`;
  return { ...original, groupId, deduplicationId: id, body: `${original.body} `, attributes: drawAttributes(random) };
}

function conflictWith(random: Random, original: PlannedMessage, id: string): PlannedMessage {
  const { eventId, clientId, type } = original;
  const payload = { ...payloadOf(random, type ?? ""), conflict: id };
  const message = validMessage(random, id, { id: eventId, clientId, type, payload });
  const isHighValue = "amount" in payload && Number(payload.amount) > 10_000;
  return { ...message, ...(eventId !== undefined && { eventId }), groupId: original.groupId, isHighValue };
}

type InvalidKind = Exclude<keyof typeof KINDS, "valid" | "copy" | "copy in another group" | "conflict">;

/** A message that cannot pass, in the group of a valid one. */
function invalid(random: Random, reason: InvalidKind, valid: PlannedMessage): PlannedMessage {
  const wrong = (changes: Fields): PlannedMessage => {
    const id = valid.deduplicationId;
    return { ...validMessage(random, id, changes), groupId: valid.groupId, reason, isHighValue: false };
  };
  switch (reason) {
    case "schema-violation":
      return wrong({
        clientId: "client-1",
        type: "transaction",
        payload: { amount: "much", note: pick(random, TEXTS) },
      });
    case "malformed-json": {
      const { eventId: _, clientId: __, type: ___, ...rest } = valid;
      return { ...rest, body: valid.body.slice(0, valid.body.length / 2).toWellFormed(), reason, isHighValue: false };
    }
    case "envelope-invalid":
      return wrong({ surprise: pick(random, TEXTS) });
    case "schema-unknown":
      return wrong({ clientId: "client-1", type: "weather" });
    case "client-unknown":
      return wrong({ clientId: "nobody" });
    case "client-inactive":
      return wrong({ clientId: "asleep", type: "transaction", payload: payloadOf(random, "transaction") });
    case "type-forbidden":
      return wrong({ clientId: "client-2", type: "transaction", payload: payloadOf(random, "transaction") });
  }
}
