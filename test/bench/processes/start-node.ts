import { type ChildProcess, spawn } from "node:child_process";
import { onExit } from "./on-exit.js";

/** Starts a program of Node's that ends with this one at the latest; what it says on stderr is seen. */
export function startNode(args: string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
  child.once(
    "exit",
    onExit(() => void child.kill("SIGKILL")),
  );
  return child;
}
