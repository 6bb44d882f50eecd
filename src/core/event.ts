/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** The fields of an event that evp reads (docs/events.md, "The event"). */
export interface Envelope {
  /** 1–128 printable ASCII characters, no space. */
  id: string;
  /** 1–64 of `[A-Za-z0-9_.-]`. */
  type: string;
  /** `N.N`. */
  version: string;
  /** 1–64 of `[A-Za-z0-9_-]`. */
  clientId: string;
  /** Who sent it, 1–64 characters; missing only where the stack's mapping knows none. */
  source?: string | undefined;
  /** RFC 3339; missing only where the stack's mapping knows none. */
  timestamp?: string | undefined;
  /** What the producer orders by, 1–64 characters. */
  key?: string | undefined;
}

/** An event whose envelope is valid. */
export interface Event extends Envelope {
  payload: JsonObject;
}

/** What a message that may be no event still tells about itself: each field present only where it is valid. */
export type PartialEnvelope = { [Field in keyof Envelope]?: Envelope[Field] | undefined };
