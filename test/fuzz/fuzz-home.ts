import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { fuzzSchemaFiles } from "./fuzz-schemas.js";
import { CLIENT, INACTIVE_CLIENT, MAPPING, NARROW_CLIENT, type Shape } from "./hostile-body.js";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");
const TYPES = ["order", "text", "list", "tree", "nothing"];
const COMMAND_TIMEOUT_MS = 60_000;
const DRAIN_TIMEOUT_MS = 10 * 60_000;
const SAMPLE_EVERY_MS = 250;

/** What `evp process --drain --json` says at its end. */
export interface DrainSummary {
  received: number;
  published: number;
  rejected: number;
  duplicates: number;
  durationMs: number;
}

/** A folder in which the built program runs, with an embedded stack of its own. */
export interface FuzzHome {
  /** URL of the stack. */
  endpoint: string;
  /** Runs a processor until the queue is empty. `peakBytes`: the most memory it had; undefined where the system does not tell */
  drain(): Promise<{ summary: DrainSummary; peakBytes: number | undefined }>;
  /** Ends the stack and removes the folder. */
  end(): Promise<void>;
}

/** @throws Error with what evp said, when the stack cannot be made */
export async function createFuzzHome(shape: Shape): Promise<FuzzHome> {
  const folder = await mkdtemp(join(tmpdir(), "evp-fuzz-"));
  const options = { cwd: folder, reject: false, env: { HOME: folder, NO_COLOR: "1" }, stdin: "ignore" } as const;
  const start = (args: string[], timeout: number) => execa(process.execPath, [EVP, ...args], { ...options, timeout });
  const end = async () => {
    await start(["local", "stop"], COMMAND_TIMEOUT_MS);
    await rm(folder, { recursive: true, force: true });
  };
  const run = async (...args: string[]) => read(args, await start([...args, "--json"], COMMAND_TIMEOUT_MS));
  try {
    await writeConfig(folder, shape);
    await run("init");
    const { endpoint } = await run("local", "status");
    return {
      endpoint,
      async drain() {
        const args = ["process", "--drain", "--json"];
        const child = start(args, DRAIN_TIMEOUT_MS);
        const sampler = sampleMemory(child.pid);
        const summary = read(args, await child.finally(sampler.stop));
        return { summary, peakBytes: sampler.peakBytes() };
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function writeConfig(folder: string, shape: Shape): Promise<void> {
  const config = {
    envelope: shape === "mapped" ? MAPPING : shape,
    schemas: { folder: "schemas" },
    triage: [{ name: "large", if: { properties: { payload: { required: ["note"] } } }, attributes: { noted: "yes" } }],
    clients: [
      { id: CLIENT, allowedTypes: TYPES },
      { id: INACTIVE_CLIENT, allowedTypes: TYPES, active: false },
      { id: NARROW_CLIENT, allowedTypes: ["order"] },
    ],
  };
  await writeFile(join(folder, "evp.config.json"), JSON.stringify(config));
  for (const { file, text } of fuzzSchemaFiles()) {
    const path = join(folder, "schemas", file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

interface Ended {
  exitCode?: number;
  stdout: string;
  stderr: string;
}

function read(args: string[], { exitCode, stdout, stderr }: Ended) {
  if (exitCode !== 0) throw new Error(`evp ${args.join(" ")} ended with ${exitCode}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout);
}

/** Asks Linux again and again how much memory a process has. */
function sampleMemory(pid: number | undefined): { stop(): void; peakBytes(): number | undefined } {
  let peak: number | undefined;
  const sample = async () => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
    if (kilobytes !== undefined) peak = Math.max(peak ?? 0, Number(kilobytes) * 1024);
  };
  const timer = setInterval(() => void sample(), SAMPLE_EVERY_MS);
  return { stop: () => clearInterval(timer), peakBytes: () => peak };
}
