import type { GatewayPath } from "../core/settings.js";
import type { HttpAddress } from "./http-service.js";

/** A request as far as its headers tell. */
export interface GatewayRequest {
  /** Where it came from. */
  address: string;
  authorization: string | undefined;
  messageGroupId: string | undefined;
  idempotencyKey: string | undefined;
  traceparent: string | undefined;
  path: GatewayPath;
}

/** Whether a request is let in, which its headers decide, before its body is read. */
export type Admission = { ok: true; answer(body: Buffer): Promise<GatewayReply> } | { ok: false; reply: GatewayReply };

export interface GatewayReply {
  status: number;
  headers: Record<string, string>;
  /** Sent as JSON; a problem document where the status is 400 or more. */
  document: object;
}

export interface GatewayServiceOptions {
  address: HttpAddress;
  paths: GatewayPath[];
  limits: GatewayServiceLimits;
  /** PEM texts. */
  tls?: { cert: string; key: string } | undefined;
  /** Addresses of proxies whose X-Forwarded-For is believed; empty: nobody's. */
  trustedProxies: string[];
  /** Of evp, for the OpenAPI document. */
  version: string;
  /** At once where nothing has to be asked, as nearly always. */
  admit(request: GatewayRequest): Admission | Promise<Admission>;
  /** Told of requests that never came to `handle`. */
  onRefused(status: number): void;
  /** Told of what should not happen. */
  onFailure(error: unknown): void;
  isReady(): boolean;
}

export interface GatewayServiceLimits {
  /** Bytes of one request's body. */
  bodyBytes: number;
  connections: number;
  /** Events of one request. */
  batch: number;
  /** For a request to arrive whole, ms; its headers get half of that. */
  requestTimeoutMs: number;
}

/** A gateway that listens. */
export interface GatewayService {
  url: string;
  /** Takes no more connections, answers what has arrived and ends; resolves when that is done. Called again, it does nothing more. */
  drain(): Promise<void>;
  /** Ends at once what is still under way. */
  close(): Promise<void>;
}
