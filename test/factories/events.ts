import { hash } from "node:crypto";
import type { JsonObject } from "../../src/core/event.js";

/** A valid event of evp's own shape, as a producer writes it. */
export function eventFields(changes: JsonObject = {}): JsonObject {
  return {
    id: "e-1",
    type: "transaction",
    version: "1.0",
    clientId: "client-1",
    source: "checkout",
    timestamp: "2026-11-21T10:00:00Z",
    key: "account-42",
    payload: { transactionId: "t-1", amount: 120.5, currency: "BRL" },
    ...changes,
  };
}

export function eventBody(changes: JsonObject = {}): string {
  return JSON.stringify(eventFields(changes));
}

export function sha256(text: string): string {
  return hash("sha256", text, "base64url");
}
