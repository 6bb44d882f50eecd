import { EvpError } from "../core/errors.js";
import type { Settings } from "../core/settings.js";
import type { StackConnection } from "../ports/stack-connection.js";
import type { Invocation } from "./command-spec.js";
import { resolveSettings } from "./config/resolve-settings.js";
import type { LocalStackPlace, RunningLocalStack } from "./context.js";

export interface StackSession {
  connection: StackConnection;
  settings: Settings;
  /** URL of the embedded stack; undefined for a target elsewhere. */
  localEndpoint: string | undefined;
}

/**
 * Opens the stack that the flags and settings name, runs `body` with it and closes it. The embedded stack is started
 * where it does not run. A command that `changes` something elsewhere first says whose account that is.
 */
export async function withStack(
  invocation: Invocation,
  { changes }: { changes: boolean },
  body: (session: StackSession) => Promise<void>,
): Promise<void> {
  const { context, globals } = invocation;
  const { settings } = await resolveSettings(context, globals);
  const localEndpoint = await ensureLocalStack(invocation, settings);
  const connection = await context.connect(settings, localEndpoint);
  try {
    if (changes) await announceAccount(invocation, settings, connection);
    await body({ connection, settings, localEndpoint });
  } finally {
    connection.close();
  }
}

/** @returns the running embedded stack's endpoint; undefined for a target elsewhere */
async function ensureLocalStack({ context, output }: Invocation, settings: Settings): Promise<string | undefined> {
  if (settings.target.kind !== "local") return undefined;
  const stack = await context.localStack.ensure(settings.target);
  if (stack.started) output.note(startedText(stack, settings.target.port));
  return stack.endpoint;
}

/** What is said of an embedded stack that a command has just started. */
export function startedText({ endpoint, pid, portTaken }: RunningLocalStack, wantedPort: number): string {
  const why = portTaken ? `, since port ${wantedPort} is taken` : "";
  return `Started the embedded stack on ${endpoint}${why} (process ${pid}; evp local stop ends it).`;
}

async function announceAccount({ output }: Invocation, settings: Settings, connection: StackConnection): Promise<void> {
  if (settings.target.kind === "local") return;
  const { account, region } = await connection.identity();
  output.note(`Target ${settings.target.name}: account ${account}, region ${region}, stack ${settings.stack}`);
}

/** Where the embedded stack keeps its state. @throws EvpError (usage) when the settings name another target */
export async function localPlace({ context, globals }: Invocation): Promise<LocalStackPlace> {
  const { target } = (await resolveSettings(context, globals)).settings;
  if (target.kind === "local") return target;
  throw new EvpError(`evp local is about the embedded stack, and the target is ${target.name}`, {
    code: "target-not-local",
    category: "usage",
    hint: "Add --target local.",
  });
}
