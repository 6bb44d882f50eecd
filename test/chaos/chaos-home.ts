import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");

/** How long a processor may take to end after the first signal: the bound on what it holds, a poll, and a loaded machine. */
const STOP_WITHIN_MS = 40_000;
/** For commands that end by themselves. */
const COMMAND_TIMEOUT_MS = 60_000;

export interface RunningProcessor {
  name: string;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** The first signal. @returns the exit code; undefined when it had to be killed */
  stop(): Promise<number | undefined>;
  /** Resolves when it has ended. */
  ended: Promise<number | undefined>;
}

/** A folder in which the built program runs, with an embedded stack of its own. */
export interface ChaosHome {
  folder: string;
  /** URL of the stack. */
  endpoint(): string;
  /** Starts a processor whose every call goes to `url`; what it logs stays in the folder, under its name. */
  startProcessor(name: string, url: string): RunningProcessor;
  /** `kill -9` of the stack, and at once a start. */
  restartStack(): Promise<void>;
  /** Ends the stack and whatever processor still runs. */
  end(): Promise<void>;
  remove(): Promise<void>;
}

interface LocalStatus {
  endpoint: string;
  pid: number;
}

/** Makes a folder with the config, starts its stack and creates its resources. */
export async function createChaosHome(config: object): Promise<ChaosHome> {
  const folder = await mkdtemp(join(tmpdir(), "evp-chaos-"));
  await writeFile(join(folder, "evp.config.json"), JSON.stringify(config, undefined, 2));
  const options = { cwd: folder, reject: false, env: { HOME: folder, NO_COLOR: "1" }, stdin: "ignore" } as const;
  const running = new Set<RunningProcessor>();

  async function evp<Document>(...args: string[]): Promise<Document> {
    const command = [EVP, ...args, "--json"];
    const bounded = { ...options, timeout: COMMAND_TIMEOUT_MS };
    const { exitCode, stdout, stderr } = await execa(process.execPath, command, bounded);
    if (exitCode !== 0) throw new Error(`evp ${args.join(" ")} ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout);
  }

  try {
    await evp("init");
  } catch (error) {
    await evp("local", "stop");
    throw error;
  }
  let stack = await evp<LocalStatus>("local", "status");
  let starting = Promise.resolve(stack);

  return {
    folder,
    endpoint: () => stack.endpoint,
    startProcessor(name, url) {
      const stderr = { file: join(folder, `${name}.log`) };
      const args = [EVP, "process", "--endpoint-url", url];
      const child = execa(process.execPath, args, { ...options, stdout: "ignore", stderr });
      const ended = child.then(({ exitCode }) => exitCode);
      const processor: RunningProcessor = {
        name,
        ended,
        async kill() {
          child.kill("SIGKILL");
          await ended;
        },
        async stop() {
          const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
          child.kill("SIGTERM");
          return ended.finally(() => clearTimeout(late));
        },
      };
      running.add(processor);
      void ended.then(() => running.delete(processor));
      return processor;
    },
    async restartStack() {
      process.kill(stack.pid, "SIGKILL");
      starting = evp<LocalStatus>("local", "start");
      stack = await starting;
    },
    async end() {
      // A round may be told to stop while its stack starts, which then would outlive it.
      await starting.catch(() => undefined);
      await Promise.all([...running].map((processor) => processor.kill()));
      await evp("local", "stop");
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
