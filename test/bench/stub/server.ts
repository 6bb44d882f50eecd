import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type HeldLoad, holdLoad } from "./held-load.js";
import { JSON_ANSWERS } from "./json-answers.js";
import { CONTROL, type Load, type Progress } from "./protocol.js";
import { QUERY_ANSWERS } from "./query-answers.js";

/**
 * A process that answers the calls of SQS, SNS and DynamoDB at once, or after a set delay, so that what is measured is the
 * one who calls. It keeps groups locked as SQS does, checks the order of what is published, and counts.
 */
let load: HeldLoad | undefined;
let delayMs = 0;
let calls: Record<string, number> = {};

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    void (request.url?.startsWith("/-/") ? control : serve)(request, body, response);
  });
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("disconnect", () => process.exit());

async function control(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  if (request.url === CONTROL.load) {
    const wanted: Load = JSON.parse(body.toString());
    load?.close();
    load = holdLoad(wanted);
    delayMs = wanted.workload.delayMs;
    calls = {};
  }
  const document = request.url === CONTROL.latency ? load?.latency() : progress();
  response.end(JSON.stringify(document));
}

function progress(): Progress | undefined {
  const { user, system } = process.cpuUsage();
  return load && { ...load.counts, calls, cpuMs: (user + system) / 1000 };
}

async function serve(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  if (delayMs > 0) await sleep(delayMs);
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") {
    const operation = target.slice(target.indexOf(".") + 1);
    const answer = await JSON_ANSWERS[operation]?.(body, heldFor(operation));
    return send(response, operation, "application/x-amz-json-1.0", answer);
  }
  const form = body.toString("latin1");
  const action = /(?:^|&)Action=(\w+)/.exec(form)?.[1] ?? "";
  send(response, action, "text/xml", QUERY_ANSWERS[action]?.(form, heldFor(action)));
}

function heldFor(operation: string): HeldLoad {
  if (load === undefined) throw new Error(`${operation} came before any load`);
  calls[operation] = (calls[operation] ?? 0) + 1;
  return load;
}

function send(response: ServerResponse, operation: string, contentType: string, answer: string | undefined): void {
  if (answer === undefined) throw new Error(`the stub does not know ${operation}`);
  response.writeHead(200, { "content-type": contentType, "content-length": Buffer.byteLength(answer) });
  response.end(answer);
}
