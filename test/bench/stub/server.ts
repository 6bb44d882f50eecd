import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type HeldLoad, holdLoad } from "./held-load.js";
import { JSON_ANSWERS } from "./json-answers.js";
import { CONTROL, type Load, type Progress } from "./protocol.js";
import { QUERY_ANSWERS } from "./query-answers.js";

/**
 * A process that answers the calls of SQS, SNS and DynamoDB at once, or after a set delay, so that what is measured is the
 * one who calls. It keeps groups locked as SQS does, checks the order of what is published, and counts.
 */
let current: Run | undefined;
const sockets = new Set<Socket>();

/** One load, and who works on it. */
interface Run {
  held: HeldLoad;
  delayMs: number;
  calls: Record<string, number>;
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    void (request.url?.startsWith("/-/") ? control : serve)(request, body, response);
  });
});
server.on("connection", (socket: Socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("disconnect", () => process.exit());

async function control(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  if (request.url === CONTROL.load) startRun(JSON.parse(body.toString()), request.socket);
  const document = request.url === CONTROL.latency ? current?.held.latency() : progress();
  response.end(JSON.stringify(document));
}

/** What the last one worked on is over, and so is what it has still asked for: it would count as this one's. */
function startRun(wanted: Load, asking: Socket): void {
  current?.held.close();
  for (const socket of sockets) if (socket !== asking) socket.destroy();
  current = { held: holdLoad(wanted), delayMs: wanted.workload.delayMs, calls: {} };
}

function progress(): Progress | undefined {
  const { user, system } = process.cpuUsage();
  return current && { ...current.held.counts, calls: current.calls, cpuMs: (user + system) / 1000 };
}

async function serve(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const run = current;
  if (run === undefined) throw new Error(`${request.url} came before any load`);
  if (run.delayMs > 0) await sleep(run.delayMs);
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") {
    const operation = target.slice(target.indexOf(".") + 1);
    const answer = await JSON_ANSWERS[operation]?.(body, heldFor(run, operation));
    return send(response, operation, "application/x-amz-json-1.0", answer);
  }
  const form = body.toString("latin1");
  const action = /(?:^|&)Action=(\w+)/.exec(form)?.[1] ?? "";
  send(response, action, "text/xml", QUERY_ANSWERS[action]?.(form, heldFor(run, action)));
}

function heldFor({ held, calls }: Run, operation: string): HeldLoad {
  calls[operation] = (calls[operation] ?? 0) + 1;
  return held;
}

function send(response: ServerResponse, operation: string, contentType: string, answer: string | undefined): void {
  if (answer === undefined) throw new Error(`the stub does not know ${operation}`);
  response.writeHead(200, { "content-type": contentType, "content-length": Buffer.byteLength(answer) });
  response.end(answer);
}
