import { resolve } from "node:path";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { LocalStackPlace } from "../context.js";
import { readPort } from "../values.js";

export interface ServeFlags {
  stateDir?: string;
  port?: number;
}

/** What the background process runs; useful in the foreground where something else supervises it. */
export const localServeCommand: CommandSpec<ServeFlags> = {
  name: "serve",
  summary: "run the embedded stack in the foreground",
  isHidden: true,
  options: [
    { flags: "--state-dir <folder>", description: "where it keeps its state" },
    { flags: "--port <n>", description: "port on 127.0.0.1", parse: readPort },
  ],
  examples: [],
  stopsItself: "in-time",
  async run(invocation) {
    const { context } = invocation;
    const place = await placeOf(invocation);
    await context.localStack.serve(place, context.signals.stop);
  },
};

/** The background process is told all of it, and so does not depend on a config file that may have changed. */
async function placeOf(invocation: Invocation<ServeFlags>): Promise<LocalStackPlace> {
  const { context, flags } = invocation;
  if (flags.stateDir !== undefined && flags.port !== undefined) {
    return { stateDir: resolve(context.cwd, flags.stateDir), port: flags.port };
  }
  const { localPlace } = await import("../stack-session.js");
  const { stateDir, port } = await localPlace(invocation);
  return {
    stateDir: flags.stateDir === undefined ? stateDir : resolve(context.cwd, flags.stateDir),
    port: flags.port ?? port,
  };
}
