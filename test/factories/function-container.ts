import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { SqsBatchResponse, SqsEvent } from "../../src/function/sqs-event.js";

/** A process that a function runs in, as Lambda has it. */
export interface FunctionContainer {
  /** Lets it run for one event, and stand still again. @returns undefined where the function failed, was killed or took too long */
  invoke(event: SqsEvent, timeoutMs: number): Promise<SqsBatchResponse | undefined>;
  kill(): void;
  isGone(): boolean;
  /** What the function threw. */
  errors: string[];
}

interface ContainerMessage {
  answer?: SqsBatchResponse;
  error?: string;
}

/** @param bundle absolute path of the bundle */
export function startContainer(bundle: string, env: NodeJS.ProcessEnv): FunctionContainer {
  const child = fork(join(import.meta.dirname, "function-container.cjs"), [bundle], {
    env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const gone = once(child, "exit");
  const errors: string[] = [];
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  return {
    errors,
    isGone,
    kill: () => void child.kill("SIGKILL"),
    async invoke(event, timeoutMs) {
      child.kill("SIGCONT");
      const late = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      const heard = new AbortController();
      try {
        const message = once(child, "message", { signal: heard.signal });
        message.catch(() => undefined);
        child.send({ event, timeoutMs }, () => undefined);
        const first = await Promise.race([message, gone.then(() => undefined)]);
        const told: ContainerMessage = first?.[0] ?? {};
        if (told.error !== undefined) errors.push(told.error);
        return told.answer;
      } finally {
        clearTimeout(late);
        heard.abort();
        // Nothing of it happens until the next event.
        child.kill("SIGSTOP");
      }
    },
  };
}
