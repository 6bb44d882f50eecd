import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

const FOLDER = resolve(import.meta.dirname);
const ESM_REQUIRE = 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);';

/** The simulation as plain JavaScript, in a folder of its own. */
export interface SimulationBundle {
  /** Exports `main`: the command. */
  main: string;
  /** Plays seeds in a thread. */
  worker: string;
  remove(): void;
}

/** Bundles the simulation with the engine; `plugins` may change the sources on the way, as a test of the simulation does. */
export async function bundleSimulation(plugins: Plugin[] = []): Promise<SimulationBundle> {
  const folder = mkdtempSync(join(tmpdir(), "evp-simulation-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await build({
      entryPoints: { main: join(FOLDER, "main.ts"), worker: join(FOLDER, "worker.ts") },
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node22",
      sourcemap: "inline",
      logLevel: "warning",
      banner: { js: ESM_REQUIRE },
      plugins,
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { main: join(folder, "main.mjs"), worker: join(folder, "worker.mjs"), remove };
}
