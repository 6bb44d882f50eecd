import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import envelopeSchema from "../../../schemas/envelope.json" with { type: "json" };
import transactionSchema from "../../../schemas/events/transaction/1.0.json" with { type: "json" };

/** An event as its schemas promise it. */
export interface PeerEvent {
  id: string;
  type: string;
  clientId: string;
  source: string;
  timestamp: string;
  payload: object;
}

const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
addFormats.default(ajv);
const isEnvelope = ajv.compile<PeerEvent>(envelopeSchema);
const payloads = new Map([["transaction", ajv.compile(transactionSchema)]]);

/** Parses a body and validates envelope and payload by evp's own schemas. @throws for a body that is no valid event */
export function readEvent(body: string): PeerEvent {
  const event: unknown = JSON.parse(body);
  if (!isEnvelope(event)) throw new Error(ajv.errorsText(isEnvelope.errors));
  const isPayload = payloads.get(event.type);
  if (isPayload === undefined) throw new Error(`no schema for ${event.type}`);
  if (!isPayload(event.payload)) throw new Error(ajv.errorsText(isPayload.errors));
  return event;
}
