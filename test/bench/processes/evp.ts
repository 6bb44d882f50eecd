import { type ChildProcess, execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startNode } from "./start-node.js";

/** This file runs from `.bench/programs/`. */
const EVP = join(import.meta.dirname, "../../bin/evp.js");

/** The command line that starts evp, without Node itself. */
export function evpArgs(args: string[]): string[] {
  return [EVP, ...args];
}

/** Nothing of the caller's own settings or keys. */
export function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, NO_COLOR: "1", AWS_REGION: "us-east-1" };
}

/** Runs a command to its end. @returns what it printed @throws with what it said when it fails */
export async function runEvp(home: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, evpArgs(args), { cwd: home, env: environment(home) });
  return stdout;
}

/** Starts a command that goes on. */
export function startEvp(home: string, args: string[]): ChildProcess {
  return startNode(evpArgs(args), { cwd: home, env: environment(home) });
}
