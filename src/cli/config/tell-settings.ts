import type { defaultNames } from "../../core/names.js";
import type { Settings, StoreSettings } from "../../core/settings.js";
import { shownStoreUrl } from "../../core/store-url.js";
import type { Origin } from "./origins.js";
import type { ResolvedSettings } from "./resolve-settings.js";

/** A setting with its value and who said so. */
interface ToldSetting {
  /** As in the config file, for instance `process.concurrency`. */
  name: string;
  /** Nothing secret: what a URL says of a user is masked. null: not set. */
  value: unknown;
  /** For instance `flag --stack`, `environment EVP_TARGET`, `config file /stack`, `default`. */
  from: string;
}

/** Every setting by its path in the config file, and where its value came from. */
export function tellSettings({ settings, origins }: Pick<ResolvedSettings, "settings" | "origins">): ToldSetting[] {
  const values = valuesOf(settings);
  return [...origins].map(([name, origin]) => ({
    name,
    value: mask(values.get(name) ?? null),
    from: originText(origin),
  }));
}

/** For instance `environment EVP_STACK`. */
export function originText({ source, name }: Origin): string {
  switch (source) {
    case "flag":
      return `flag ${name}`;
    case "environment":
    case "aws-environment":
      return `environment ${name}`;
    case "file":
      return `config file ${name}`;
    case "default":
      return "default";
  }
}

function valuesOf(settings: Settings): Map<string, unknown> {
  const { target, schemas, ingress, store, journal, process, gateway } = settings;
  const endpoints = target.kind === "local" ? undefined : target.endpoints;
  return new Map<string, unknown>([
    ["stack", settings.stack],
    ["target", target.name],
    ...(target.kind === "local" ? entries("targets.local", { port: target.port }) : entries("", target)),
    ["endpoints", endpoints],
    ["envelope", settings.envelope],
    ...entries("schemas", schemas),
    ["triage", settings.triage],
    ["clients", settings.clients],
    ...entries("names", namesOf(settings)),
    ...entries("ingress", ingress),
    ...entries("store", shownStore(store)),
    ...entries("journal", journal),
    ...entries("process", process),
    ...entries("kafka", settings.kafka),
    ...entries("gateway", gateway),
    ["maxEventBytes", settings.maxEventBytes],
  ]);
}

/** Its URL mostly holds a password. */
function shownStore(store: StoreSettings): StoreSettings {
  return store.kind === "dynamodb" || store.url === undefined ? store : { ...store, url: shownStoreUrl(store.url) };
}

function entries(section: string, values: object): [string, unknown][] {
  return Object.entries(values).map(([name, value]) => [section === "" ? name : `${section}.${name}`, value]);
}

const CLIENT = "{client}";

/** With `{client}` for the client's id, as the config writes them. */
function namesOf({ names }: Settings): Record<keyof NonNullable<Parameters<typeof defaultNames>[1]>, string> {
  const {
    ingressQueue,
    deadLetterQueue,
    undeliveredQueue,
    eventsTable,
    clientsTable,
    producersTable,
    topicOf,
    queueOf,
  } = names;
  return {
    ingressQueue,
    deadLetterQueue,
    undeliveredQueue,
    eventsTable,
    clientsTable,
    producersTable,
    clientTopic: topicOf(CLIENT),
    clientQueue: queueOf(CLIENT),
  };
}

/** A URL may carry a user and a password. */
function mask(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/^(https?:\/\/)[^/@]*@/, "$1***@");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mask(member)]));
}
