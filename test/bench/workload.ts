/** One kind of load. Groups are dealt out to the clients in turn, and events to the groups. */
export interface Workload {
  clients: number;
  groups: number;
  /** Bytes of one event's body. */
  bodyBytes: number;
  /** Added to every call, to stand for a network. */
  delayMs: number;
}

export interface BenchEvent {
  id: string;
  clientId: string;
  groupId: string;
  body: string;
}

/** What `evp init` makes for stack `evp`, and the stub has without being asked. */
export const INGRESS_QUEUE = "evp-ingress.fifo";
export const EVENTS_TABLE = "evp-events";
export const CLIENTS_TABLE = "evp-clients";
const ACCOUNT = "000000000000";
const REGION = "us-east-1";

/** The clients' ids: `client-1` and so on. */
export function clientIds(clients: number): string[] {
  return Array.from({ length: clients }, (_, index) => `client-${index + 1}`);
}

export function clientQueue(clientId: string): string {
  return `evp-${clientId}.fifo`;
}

export function topicArn(clientId: string): string {
  return `arn:aws:sns:${REGION}:${ACCOUNT}:evp-${clientId}.fifo`;
}

/** The event at a place of the load. `run` keeps the ids of one run apart from those of all others. */
export function eventAt(
  { clients, groups, bodyBytes }: Omit<Workload, "delayMs">,
  run: number,
  ordinal: number,
): BenchEvent {
  const group = ordinal % groups;
  const id = eventId(run, ordinal);
  const clientId = `client-${(group % clients) + 1}`;
  const key = `account-${group}`;
  return { id, clientId, groupId: `${clientId}#${key}`, body: bodyOf({ id, clientId, key }, ordinal, bodyBytes) };
}

/** As long as a UUID, which is what most producers send. */
function eventId(run: number, ordinal: number): string {
  return `0192f0c1-7c1e-7b1a-${hex(run, 4)}-${hex(ordinal, 12)}`;
}

/** The ordinal in an id that {@link eventAt} made. */
export function ordinalOf(id: string): number {
  return Number.parseInt(id.slice(-12), 16);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function bodyOf(envelope: { id: string; clientId: string; key: string }, ordinal: number, bytes: number): string {
  const bare = JSON.stringify({
    ...envelope,
    type: "transaction",
    version: "1.0",
    source: "checkout",
    timestamp: "2026-11-21T10:00:00Z",
    payload: { transactionId: `t-${ordinal}`, amount: 120.5, currency: "BRL", lines: [] },
  });
  const lines = linesOf(bytes - bare.length);
  return bare.replace('"lines":[]', `"lines":${lines}`);
}

const LINE = '{"sku":"4006381333931","text":"pencil, \\"HB\\", yellow","quantity":12,"price":0.85}';

/** A JSON array of about so many bytes: members, numbers and quotes, as payloads have them. */
function linesOf(bytes: number): string {
  const count = Math.max(1, Math.round(bytes / (LINE.length + 1)));
  return `[${Array.from({ length: count }, () => LINE).join(",")}]`;
}
