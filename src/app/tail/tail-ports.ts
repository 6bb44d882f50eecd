import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Taps } from "../../ports/tap.js";
import type { PublishedEvent } from "./tail-record.js";

export interface TailPorts {
  clients: ClientRegistry;
  taps: Pick<Taps, "open" | "list" | "remove">;
  journal: Pick<Journal, "events" | "read">;
  clock: Clock;
  /** The client that a published body names; undefined where it is no event. */
  clientOf: (body: string) => string | undefined;
  /** The message attributes that a stored event was published with, as far as filters may ask for them. */
  attributesOf: (event: PublishedEvent) => Record<string, string>;
}
