import { EvpError } from "../core/errors.js";
import type { OptionSpec } from "./command-spec.js";
import { collect } from "./values.js";

export interface BoundsFlags {
  client?: string[];
  type?: string[];
}

/** Each may be given several times. */
export const BOUNDS_OPTIONS: OptionSpec[] = [
  { flags: "--client <client>", description: "a client; * for all, may be repeated", parse: collect },
  { flags: "--type <type>", description: "an event type; * for all, may be repeated", parse: collect },
];

/** @throws EvpError (usage) where neither was given */
export function readBounds({ client = [], type = [] }: BoundsFlags): { clients: string[]; types: string[] } {
  if (client.length > 0 || type.length > 0) return { clients: client, types: type };
  throw new EvpError("nothing says what it may send", {
    code: "bounds-missing",
    category: "usage",
    hint: "Give --client, --type or both.",
  });
}
