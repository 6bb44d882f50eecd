/** As much of an SDK client as this needs. */
export interface LeanableClient {
  middlewareStack: {
    add(middleware: unknown, options: unknown): void;
    remove(name: string): boolean;
  };
}

/** Records for a logger that there is none of, and headers about the caller that nobody asked for. */
const UNUSED = ["loggerMiddleware", "getUserAgentMiddleware", "recursionDetectionMiddleware"];

/**
 * Takes out of an SDK client what costs time on every call and brings nothing here. What is sent, how it is signed and
 * what an error says stay the same.
 */
export function makeLean<Client extends LeanableClient>(client: Client): Client {
  const { middlewareStack } = client;
  for (const name of UNUSED) middlewareStack.remove(name);
  // With `maxAttempts: 1` there are none; it keeps its place, since others stand beside it.
  middlewareStack.add(passOn, { name: "retryMiddleware", step: "finalizeRequest", priority: "high", override: true });
  return client;
}

function passOn<Next>(next: Next): Next {
  return next;
}
