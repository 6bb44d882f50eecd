import { type Agent, type IncomingHttpHeaders, type RequestOptions, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import type { Route } from "./route.js";

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One call of HTTP. `headers`: names and values in turn. Rejects when there is no whole answer, or once `signal` aborts. */
export function post(
  { isSecure, host, port }: Route,
  agent: Agent | undefined,
  headers: string[],
  body: Buffer,
  signal: AbortSignal | undefined,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = { method: "POST", host, path: "/", headers };
    if (port !== undefined) options.port = port;
    if (agent !== undefined) options.agent = agent;
    const request = isSecure ? requestSecure(options) : requestPlain(options);
    const giveUp = () => {
      request.destroy();
      reject(Object.assign(new Error("the call was given up"), { name: "AbortError" }));
    };
    request.once("close", () => signal?.removeEventListener("abort", giveUp));
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const [first] = chunks;
        const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole });
      });
    });
    if (signal?.aborted) return giveUp();
    signal?.addEventListener("abort", giveUp);
    request.end(body);
  });
}
