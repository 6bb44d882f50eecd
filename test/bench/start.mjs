import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * Bundles the bench's programs and runs one of them: `node test/bench/start.mjs bench|soak [options]`. They share code with
 * evp's own sources, and are bundled as evp itself is, so that none of those compared loads its SDK in another way.
 */
const root = join(import.meta.dirname, "../..");
const output = join(root, ".bench", "programs");
const programs = {
  bench: "bench.ts",
  soak: "soak.ts",
  stub: "stub/server.ts",
  "sqs-consumer": "peers/sqs-consumer.ts",
  ceiling: "peers/ceiling.ts",
  function: "peers/function.ts",
  "bare-route": "gateway/bare-route.ts",
};

const [wanted = "bench", ...options] = process.argv.slice(2);
mkdirSync(output, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: Object.entries(programs).map(([out, file]) => ({ out, in: join(import.meta.dirname, file) })),
  outdir: output,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  mainFields: ["module", "main"],
  logLevel: "warning",
  external: ["autocannon"],
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
});
process.argv.splice(1, process.argv.length, join(output, `${wanted}.mjs`), ...options);
await import(pathToFileURL(process.argv[1]).href);
