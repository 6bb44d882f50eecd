import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { type ProblemCode, problem } from "../../core/problem.js";

const CODES: Record<string, ProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: "request-timeout",
  HPE_HEADER_OVERFLOW: "headers-too-large",
};

/** Answers what is no HTTP, or takes too long to be one, and ends the connection. */
export function answerBrokenRequest(onRefused: (status: number) => void) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const document = problem(CODES[error.code ?? ""] ?? "malformed-request", "the request cannot be read");
    onRefused(document.status);
    const body = JSON.stringify(document);
    const head = [
      `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status]}`,
      "connection: close",
      "content-type: application/problem+json",
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
    // Whoever does not read it has had their time.
    setTimeout(() => socket.destroy(), 1000).unref();
  };
}
