import { hash } from "node:crypto";
import type { SourceRecord } from "../../ports/record-source.js";

/**
 * What a record that has no id of its own is known by, the same whenever it is read: its origin, its position there and what it says. It
 * fits as a deduplication id and as a message id ("SendMessage").
 */
export function recordIdentity({ position, origin, bytes }: SourceRecord): string {
  const place = JSON.stringify([String(position), Object.entries(origin).sort()]);
  return `ingest-${hash("sha256", `${place}\n${hash("sha256", bytes)}`, "base64url")}`;
}
