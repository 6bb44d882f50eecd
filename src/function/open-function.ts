import { createBatchProcessor } from "../app/process/batch-processor.js";
import type { ProcessListener } from "../app/process/events.js";
import { resolveSettings } from "../cli/config/resolve-settings.js";
import { createStackExaminer } from "../cli/stack-examiner.js";
import { batchTimes } from "../core/batch-times.js";
import type { Examine } from "../core/examine.js";
import { isFifoName } from "../core/names.js";
import type { Settings } from "../core/settings.js";
import type { Clock } from "../ports/clock.js";
import type { StackConnection } from "../ports/stack-connection.js";
import type { OpenedFunction } from "./handler.js";

type Env = Readonly<Record<string, string | undefined>>;

/** What a function knows before its first batch. */
export interface ReadyFunction {
  settings: Settings;
  examine: Examine;
}

/**
 * Reads the config and compiles the schemas that lie beside the bundle.
 *
 * @param folder - of the bundle: where the config is looked for unless EVP_CONFIG names another, and where the schemas are
 * @throws EvpError (usage) when either is not valid
 */
export async function readyFunction(folder: string, env: Env): Promise<ReadyFunction> {
  const place = { cwd: folder, env, packageRoot: folder };
  const flags = { color: false, input: false };
  const resolved = await resolveSettings(place, flags);
  // A function starts no stack of its own: what is not said to be elsewhere is on AWS.
  const isLocal = resolved.settings.target.kind === "local";
  const { settings } = isLocal ? await resolveSettings(place, { ...flags, target: "aws" }) : resolved;
  return { settings, examine: await createStackExaminer(settings, folder) };
}

interface OpenOptions extends ReadyFunction {
  /** Until the first invocation is ended: no call may take longer than fits. */
  remainingMs: number;
  clock: Clock;
  tell: ProcessListener;
  connect(settings: Settings): Promise<StackConnection>;
}

/**
 * Connects to the stack. Calls are bounded by what an invocation can wait for, which is known only with the first one.
 * @throws CallError when the first contact with the stack fails: later failures are waited out
 */
export async function openFunction({ remainingMs, connect, ...options }: OpenOptions): Promise<OpenedFunction> {
  const { settings } = options;
  const { callTimeoutMs } = batchTimes(remainingMs, settings.process.callTimeoutMs);
  const bounded = { ...settings, process: { ...settings.process, callTimeoutMs } };
  const connection = await connect(bounded);
  // Both queues are known from here on: a call that has to ask for its queue's URL first may outlast a lease.
  await Promise.all([connection.ingress.depth(), connection.deadLetters.depth()]);
  const processor = createBatchProcessor({ ...options, settings: bounded, connection });
  return { isFifo: isFifoName(settings.names.ingressQueue), processor };
}
