import { serializeFaster } from "./fast-serializers.js";
import { copyLess } from "./lean-serde.js";

/** As much of an SDK client as this needs. */
export interface LeanableClient {
  middlewareStack: {
    add(middleware: unknown, options: unknown): void;
    remove(name: string): boolean;
  };
  config: { protocol: unknown; signer?: unknown };
}

/** Records for a logger that there is none of, and headers about the caller that nobody asked for. */
const UNUSED = ["loggerMiddleware", "getUserAgentMiddleware", "recursionDetectionMiddleware"];

/**
 * Takes out of an SDK client what costs time on every call and brings nothing here. What is sent, how it is signed and
 * what an error says stay the same.
 */
export function makeLean<Client extends LeanableClient>(client: Client): Client {
  const { middlewareStack, config } = client;
  for (const name of UNUSED) middlewareStack.remove(name);
  // With `maxAttempts: 1` there are none; it keeps its place, since others stand beside it.
  middlewareStack.add(passOn, { name: "retryMiddleware", step: "finalizeRequest", priority: "high", override: true });
  keepSigner(config);
  serializeFaster(config.protocol);
  copyLess(client);
  return client;
}

function passOn<Next>(next: Next): Next {
  return next;
}

/** The SDK makes a signer for each call, of a copy of the whole config. One will do: it asks for the credentials each time. */
function keepSigner(config: { signer?: unknown }): void {
  const { signer: make } = config;
  if (typeof make !== "function") return;
  let signer: unknown;
  config.signer = (scheme: unknown) => {
    signer ??= make(scheme);
    return signer;
  };
}
