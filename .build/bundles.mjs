import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { build } from "esbuild";

/**
 * The program is a few bundles, so that a command loads only what it uses:
 *
 * - `help.cjs` prints the help of evp as a whole, which is in `help.txt`, and is all that is loaded for that;
 * - `evp.cjs` is the command line: the tree of commands and their help, and nothing that does any work;
 * - `work.cjs` is what the commands do, module by module as they ask for it;
 * - the others are what is heavy, each behind one source file that is only ever imported dynamically; ink and the Kafka client need ESM.
 *
 * No module may rely on there being one copy of it: a class is recognised by its name (see `isEvpError`).
 */
const HEAVY = {
  "aws.cjs": "src/adapters/aws/connect.ts",
  "postgres.cjs": "src/adapters/postgres/open-store.ts",
  "local.cjs": "src/local/background/stack-process.ts",
  "schemas.cjs": "src/core/schema-compiler.ts",
  "gateway.cjs": "src/adapters/gateway/index.ts",
  "log.cjs": "src/ui/log.ts",
  "metrics.cjs": "src/adapters/telemetry/prometheus.ts",
  "tracing.cjs": "src/adapters/telemetry/otlp-tracing.ts",
  "kafka.mjs": "src/adapters/kafka/kafka-source.ts",
  "live.mjs": "src/ui/live/index.tsx",
  "help.cjs": "src/cli/ready-help.ts",
};
const WORK = "work.cjs";
/** A function is one file, which nothing of the program loads: `evp export function` copies it. */
const FUNCTION = { "function/index.cjs": "src/lambda.ts" };
const heavyBySource = new Map(Object.entries(HEAVY).map(([bundle, source]) => [source, bundle]));

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const OPTIONS = {
  bundle: true,
  write: false,
  platform: "node",
  target: "node22",
  mainFields: ["module", "main"],
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"', EVP_VERSION: JSON.stringify(version) },
  // pg looks for its native variant only where a program asks for it.
  external: ["dynalite", "pg-native"],
  // The Kafka client's checksums and compression, with their WebAssembly inside instead of beside it.
  alias: { "@platformatic/wasm-utils": "@platformatic/wasm-utils/bundled" },
};
const ESM_REQUIRE = 'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);';

/** @returns the bundles' contents by file name; each comes after those that it loads */
export async function bundle() {
  const worked = new Set();
  const plugins = [lazyChildProcess, boundaries(worked)];
  // Every byte counts here: every command begins with reading it.
  const commandLine = await bundleOf({ entryPoints: ["src/main.ts"], plugins, minifyIdentifiers: true });
  const outputs = new Map();
  for (const [name, source] of Object.entries(HEAVY)) {
    const format = name.endsWith(".mjs") ? { format: "esm", banner: { js: ESM_REQUIRE } } : {};
    outputs.set(name, await bundleOf({ entryPoints: [source], plugins: [boundaries(), unused], ...format }));
  }
  for (const [name, source] of Object.entries(FUNCTION)) outputs.set(name, await bundleOf({ entryPoints: [source] }));
  const stdin = { contents: workEntry([...worked].sort()), resolveDir: ".", loader: "js" };
  outputs.set(WORK, await bundleOf({ stdin, plugins: [boundaries()] }));
  return outputs.set("evp.cjs", commandLine);
}

async function bundleOf(options) {
  const { outputFiles } = await build({ ...OPTIONS, format: "cjs", outfile: "bundle.js", ...options });
  return outputFiles[0].contents;
}

/** A function a module, so that none is evaluated before it is asked for. */
function workEntry(sources) {
  return sources.map((source) => `exports[${JSON.stringify(source)}] = () => require("./${source}");`).join("\n");
}

/** Turns a dynamic import of a heavy module into a load of its bundle, and with `worked` every other one into work's. */
function boundaries(worked) {
  return {
    name: "boundaries",
    setup({ onResolve, onLoad, resolve: resolveAgain }) {
      onResolve({ filter: /^\./ }, async (args) => {
        if (args.kind !== "dynamic-import" || args.pluginData === "resolved") return undefined;
        const { resolveDir, kind } = args;
        const { path } = await resolveAgain(args.path, { resolveDir, kind, pluginData: "resolved" });
        const source = relative(resolve("."), path);
        if (heavyBySource.has(source)) return { path: `./${heavyBySource.get(source)}`, external: true };
        if (worked === undefined) return undefined;
        worked.add(source);
        return { path: source, namespace: "work" };
      });
      onLoad({ filter: /./, namespace: "work" }, ({ path }) => ({
        contents: `module.exports = require("./${WORK}")[${JSON.stringify(path)}]();`,
        resolveDir: ".",
      }));
      onResolve({ filter: /^\.\/work\.cjs$/ }, ({ path }) => ({ path, external: true }));
    },
  };
}

/** Commander imports it for commands that are programs of their own, which evp has none of; it takes 3 ms to load. */
const lazyChildProcess = {
  name: "lazy-child-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes("commander") ? { path: "child-process", namespace: "lazy" } : undefined,
    );
    onLoad({ filter: /./, namespace: "lazy" }, () => ({
      contents: 'module.exports = { get spawn() { return require("node:child_process").spawn; } };',
    }));
  },
};

/** Ink imports React's developer tools, which it uses only when the variable DEV says so; the Kafka client imports Avro for schema registries. */
const unused = {
  name: "unused",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(react-devtools-core|avsc)$/ }, ({ path }) => ({ path, namespace: "unused" }));
    onLoad({ filter: /./, namespace: "unused" }, () => ({ contents: "export default {};" }));
  },
};
