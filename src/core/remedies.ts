/** The head of a blocked group, as far as its remedy depends on it. `reason`: as the processor that judged it names it */
interface BlockedHead {
  reason: string;
  clientId: string;
  /** null or undefined: its body names none. */
  type?: string | null | undefined;
}

/** What lets a blocked group go on: mend what is wrong, if that can be mended at all, or give its head up. */
export function remediesFor({ reason, clientId, type }: BlockedHead): string[] {
  const mend = MENDS[reason]?.(clientId, type ?? "<type>");
  return [...(mend === undefined ? [] : [mend]), `or to the DLQ with it: evp client poison ${clientId} skip`];
}

const SCHEMA = () => "mend the schema, and start evp process again";
const MENDS: Partial<Record<string, (clientId: string, type: string) => string>> = {
  "client-inactive": (clientId) => `evp client enable ${clientId}`,
  "type-forbidden": (clientId, type) => `evp client allow ${clientId} ${type}`,
  "schema-unknown": SCHEMA,
  "schema-violation": SCHEMA,
  "envelope-invalid": () => "mend the envelope's mapping in the config, and start evp process again",
  "too-large": () => "raise maxEventBytes in the config, run evp init, and start evp process again",
};
