import type { JsonObject } from "../../src/core/event.js";
import type { Reason } from "../../src/core/outcome.js";
import type { Random } from "../chaos/seeded-random.js";

/** What must become of a body, known from how it was made and not from what evp makes of it. */
export type Expected = "published" | Reason;

/** A body that a producer might send, by error or on purpose. */
export interface HostileBody {
  /** What is hostile about it, in a few words. */
  name: string;
  body: string;
  /** By itself, whoever it is for. */
  expected: Expected;
  /** Where whom it is for decides, in the end. */
  expectedOnWire?: Expected;
}

/** The shape that the producers of a stack use. */
export type Shape = "evp" | "cloudevents" | "mapped";

/** An event before it is written in some shape. */
export interface FuzzEvent {
  id: unknown;
  type: unknown;
  clientId: unknown;
  source: unknown;
  timestamp: unknown;
  key?: unknown;
  version?: unknown;
  payload: unknown;
}

/** What a maker of bodies is given. `serial` is different for every body. */
export interface Making {
  random: Random;
  shape: Shape;
  serial: number;
}

/** A client that exists, is active, and may have every type of the fuzz. */
export const CLIENT = "client-1";
export const INACTIVE_CLIENT = "client-2";
/** May have `order` only. */
export const NARROW_CLIENT = "client-3";

/** A valid event with an id of its own. */
export function validEvent({ serial }: Pick<Making, "serial">, changes: Partial<FuzzEvent> = {}): FuzzEvent {
  const payload = { orderId: `o-${serial}`, amount: 12.5 };
  const event = { id: `e-${serial}`, type: "order", clientId: CLIENT, source: "shop", key: "k", payload };
  return { ...event, timestamp: "2026-11-21T10:00:00Z", ...changes };
}

/** The event as a producer of that shape writes it. */
export function inShape(shape: Shape, event: FuzzEvent): JsonObject {
  const { id, type, clientId, source, timestamp, key, version, payload } = event;
  const fields = {
    evp: { id, type, version, clientId, source, timestamp, key, payload },
    cloudevents: {
      ...{ specversion: "1.0", id, type, source, time: timestamp, clientid: clientId },
      ...{ partitionkey: key, dataversion: version, data: payload },
    },
    mapped: { uid: id, kind: type, shop: clientId, meta: { from: source, at: timestamp }, lane: key, content: payload },
  }[shape];
  // Through JSON, as a producer would: what is undefined is not there.
  return JSON.parse(JSON.stringify(fields));
}

export function bodyOf({ shape, serial }: Making, changes: Partial<FuzzEvent> = {}): string {
  return JSON.stringify(inShape(shape, validEvent({ serial }, changes)));
}

/** How `mapped` is told to evp. */
export const MAPPING = {
  id: "/uid",
  type: "/kind",
  version: { pointer: "/meta/version", default: "1.0" },
  clientId: { pointer: "/shop", aliases: { "Shop A": CLIENT } },
  source: "/meta/from",
  timestamp: "/meta/at",
  key: "/lane",
  payload: "/content",
};
