import { type CallError, isCallError } from "../../../ports/call.js";
import type { Clock } from "../../../ports/clock.js";
import type { Probe, ServiceName } from "../../../ports/diagnostics.js";

/** As much of an SDK command as watching its answer needs. */
interface WatchableCommand {
  middlewareStack: { add(middleware: unknown, options: unknown): void };
}

/** What an answer shows before anybody reads it. */
interface Watched {
  host: string | undefined;
  date: string | undefined;
}

type Watch = <Command extends WatchableCommand>(command: Command) => Command;
type Handler = (args: { request: unknown }) => Promise<{ response: unknown }>;

/**
 * Makes a call and keeps what its answer's head says, be it a refusal. The SDK itself hands out no head of an answer that it
 * took, so the command is watched on its way.
 */
export async function probeService(
  service: ServiceName,
  clock: Clock,
  send: (watch: Watch) => Promise<unknown>,
): Promise<Probe> {
  const watched: Watched = { host: undefined, date: undefined };
  const error = await errorOf(() => send((command) => watch(command, watched)));
  const serverTime = watched.date === undefined ? Number.NaN : Date.parse(watched.date);
  return {
    service,
    host: watched.host,
    serverTime: Number.isNaN(serverTime) ? undefined : serverTime,
    answeredAt: clock.now(),
    error,
  };
}

async function errorOf(call: () => Promise<unknown>): Promise<CallError | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (isCallError(error)) return error;
    throw error;
  }
}

/** Next to the socket: an answer that is a failure passes here as well. */
function watch<Command extends WatchableCommand>(command: Command, watched: Watched): Command {
  const middleware =
    (next: Handler): Handler =>
    async (args) => {
      watched.host = hostOf(args.request);
      const answer = await next(args);
      watched.date = textOf(memberOf(answer.response, "headers"), "date");
      return answer;
    };
  command.middlewareStack.add(middleware, { step: "deserialize", priority: "low", name: "watchingAnswer" });
  return command;
}

/** With its port where the URL names one. */
function hostOf(request: unknown): string | undefined {
  const host = textOf(request, "hostname");
  const port = memberOf(request, "port");
  return host === undefined || typeof port !== "number" ? host : `${host}:${port}`;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const text = memberOf(value, name);
  return typeof text === "string" ? text : undefined;
}
