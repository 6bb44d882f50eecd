import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "../measure/until.js";
import { end } from "../processes/end.js";
import { withHome } from "../processes/home.js";
import { startNode } from "../processes/start-node.js";
import { freePort } from "./free-port.js";

/** This file runs from `.bench/programs/`. fauxqs has a lockfile of its own, so that it is no dependency of evp's. */
const FOLDER = join(import.meta.dirname, "../../test/bench/fauxqs");
const PROGRAM = join(FOLDER, "node_modules/fauxqs/dist/cli.js");

/** Installs it where it is missing. */
export async function installFauxqs(): Promise<void> {
  if (!existsSync(PROGRAM)) await promisify(execFile)("npm", ["ci", "--no-audit", "--no-fund"], { cwd: FOLDER });
}

/** Lets `work` have a running fauxqs that keeps its messages in a file, as the embedded stack does. */
export function withFauxqs<Value>(
  work: (emulator: { endpoint: string; pid: number }) => Promise<Value>,
): Promise<Value> {
  return withHome({}, async (home) => {
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const child = startNode([PROGRAM], {
      cwd: home,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        FAUXQS_PORT: String(port),
        FAUXQS_LOGGER: "false",
        FAUXQS_DATA_DIR: join(home, "data"),
        FAUXQS_PERSISTENCE: "true",
      },
    });
    try {
      await until("fauxqs answers", () => answers(endpoint), 10_000);
      return await work({ endpoint, pid: child.pid ?? 0 });
    } finally {
      await end(child, "SIGTERM");
    }
  });
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await fetch(endpoint);
    return true;
  } catch {
    return false;
  }
}
