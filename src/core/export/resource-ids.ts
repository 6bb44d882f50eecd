import { hash } from "node:crypto";
import type { Settings } from "../settings.js";
import type { DesiredResource } from "../stack-plan.js";

/** What a resource is called inside an export. It never changes while the resource is the same one. */
export interface ResourceId {
  /** Logical id: letters and digits. */
  cloudFormation: string;
  /** Name of the resource block: letters, digits, `_` and `-`. */
  terraform: string;
}

/** A part of a stack, by which what belongs to it is called. */
interface Part {
  /** @param kind - of the resource, for instance `Queue` */
  logicalId(kind: string): string;
  terraform: string;
}

/** Says what every resource of a plan is called. */
export function resourceIds(settings: Settings, clientIds: string[]): (resource: DesiredResource) => ResourceId {
  const { names } = settings;
  const clients = clientIds.map((id) => ({ id, part: clientPart(id) }));
  const queues = new Map([
    ...clients.map(({ id, part }) => [names.queueOf(id), part] as const),
    [names.ingressQueue, sharedPart("ingress")],
    [names.deadLetterQueue, sharedPart("dead", "letter")],
    [names.undeliveredQueue, sharedPart("undelivered")],
  ]);
  const topics = new Map(clients.map(({ id, part }) => [names.topicOf(id), part]));
  const tables = new Map([
    [names.eventsTable, sharedPart("events")],
    [names.clientsTable, sharedPart("clients")],
    [names.producersTable, sharedPart("producers")],
  ]);
  return ({ kind, name }) => {
    const all = kind === "topic" ? topics : kind === "table" ? tables : queues;
    const part = all.get(name);
    if (part === undefined) throw new Error(`no part of the stack is called ${name}`);
    return { cloudFormation: part.logicalId(KIND_NAMES[kind] ?? ""), terraform: part.terraform };
  };
}

const KIND_NAMES: Partial<Record<DesiredResource["kind"], string>> = {
  queue: "Queue",
  "queue-policy": "QueuePolicy",
  topic: "Topic",
  subscription: "Subscription",
  table: "Table",
};

/** The part of a stack that is a client's: `QueueOfClient1`, `client_client-1`. */
export function clientPart(clientId: string): Part {
  const name = logicalName(clientId);
  return { logicalId: (kind) => `${kind}Of${name}`, terraform: `client_${clientId}` };
}

/** What all clients share: with `"dead", "letter"`, `DeadLetterQueue` and `dead_letter`. */
export function sharedPart(...words: string[]): Part {
  return { logicalId: (kind) => `${words.map(capital).join("")}${kind}`, terraform: words.join("_") };
}

/** Words of small letters or of digits, no two of digits in a row: where its hyphens were can be told without them. */
const READABLE = /^(?:[a-z]+|\d+(?!-\d))(?:-(?:[a-z]+|\d+(?!-\d)))*$/;
const HASH_DIGITS = 8;

/** A logical id takes letters and digits alone ("Template anatomy", Resources); a client's id that could then be another's gets a hash of itself. */
function logicalName(clientId: string): string {
  const words = clientId.split(/[^A-Za-z0-9]+/);
  const name = words.map(capital).join("");
  return READABLE.test(clientId) ? name : `${name}X${hash("sha256", clientId).slice(0, HASH_DIGITS)}`;
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
