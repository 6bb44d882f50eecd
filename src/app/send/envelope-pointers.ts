import { mapEnvelope } from "../../core/envelope-mapping.js";
import type { EnvelopeMapping } from "../../core/settings.js";

/** JSON Pointer at which bodies of this mapping hold a field; undefined where the mapping supplies it itself. */
export function envelopePointer(mapping: EnvelopeMapping, field: "id" | "clientId"): string | undefined {
  return mapping === "evp" ? `/${field}` : mapEnvelope({}, mapping).pointers[field];
}
