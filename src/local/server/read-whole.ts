import type { IncomingMessage } from "node:http";
import type { WholeRequest } from "../http-message.js";

/** No request is larger: a DynamoDB batch is 16 MB at most ("BatchWriteItem"), an SQS batch 1 MiB. */
export const MAX_REQUEST_BYTES = 20 * 1024 * 1024;

/** `gone`: the client died in mid-upload, and there is nobody to answer. */
export type Reading = WholeRequest | "too-large" | "gone";

/** Reads a request to its end before anything acts on it. Never rejects. */
export function readWhole(incoming: IncomingMessage): Promise<Reading> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_REQUEST_BYTES) {
        chunks.push(chunk);
      } else {
        // What follows is read and dropped: a client reads the answer only when it has sent its request.
        chunks.length = 0;
        resolve("too-large");
      }
    });
    incoming.on("end", () => resolve(wholeRequest(incoming, chunks)));
    incoming.on("error", () => resolve("gone"));
    incoming.on("close", () => resolve("gone"));
  });
}

function wholeRequest(incoming: IncomingMessage, chunks: Buffer[]): WholeRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) {
      headers[name] = Array.isArray(value) ? value.join(", ") : value;
    }
  }
  const [only] = chunks;
  const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  return { method: incoming.method ?? "GET", url: incoming.url ?? "/", headers, body };
}
