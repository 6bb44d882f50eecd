import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");

/** A command that goes on until it is told to end. */
export interface RunningEvp {
  kill(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): void;
  /** Stops reading what it prints, as `| head` does. */
  closeStdout(): void;
  /** Resolves when it has ended; undefined where a signal ended it. */
  exitCode: Promise<number | undefined>;
}

/** A folder of its own in which the built program runs, with an embedded stack on a port of its own. Gone when the test ends. */
export interface EvpHome {
  folder: string;
  /** Runs a command to its end; a failure is a result too. */
  run(args: string[], input?: string): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** Runs a command with `--json`, and fails with what it said when it fails. */
  json<Document>(args: string[]): Promise<Document>;
  /** Starts a command that goes on; it is killed when the test ends. */
  start(args: string[]): RunningEvp;
}

/** @param config the config file; a local port that others do not use is added */
export async function createEvpHome(config: Record<string, unknown> = {}, files?: string): Promise<EvpHome> {
  const folder = await mkdtemp(join(tmpdir(), "evp-test-"));
  if (files !== undefined) await cp(files, folder, { recursive: true });
  const isConfigGiven = files !== undefined;
  if (!isConfigGiven) await writeFile(join(folder, "evp.config.json"), JSON.stringify(config));
  const options = { cwd: folder, reject: false, env: { HOME: folder, NO_COLOR: "1" }, stdin: "ignore" } as const;

  const home: EvpHome = {
    folder,
    async run(args, input) {
      const stdin = input === undefined ? {} : { stdin: "pipe" as const, input };
      const { exitCode = -1, stdout, stderr } = await execa(process.execPath, [EVP, ...args], { ...options, ...stdin });
      return { exitCode, stdout, stderr };
    },
    async json(args) {
      const { exitCode, stdout, stderr } = await home.run([...args, "--json"]);
      if (exitCode !== 0) throw new Error(`evp ${args.join(" ")} ended with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout);
    },
    start(args) {
      const child = execa(process.execPath, [EVP, ...args], { ...options, buffer: false });
      child.stdout.resume();
      child.stderr.resume();
      onTestFinished(() => void child.kill("SIGKILL"));
      return {
        kill: (signal) => void child.kill(signal),
        closeStdout: () => void child.stdout.destroy(),
        exitCode: child.then(({ exitCode }) => exitCode),
      };
    },
  };
  onTestFinished(async () => {
    await home.run(["local", "stop"]);
    await rm(folder, { recursive: true, force: true });
  });
  return home;
}
