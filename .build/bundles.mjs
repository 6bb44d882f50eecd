import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/**
 * The program is a few bundles, so that a command loads only what it uses: `evp.cjs` is the command line, and each of the
 * others is loaded when a dynamic import in it is reached. Each names its source file and its format; ink needs ESM.
 */
const CHUNKS = {
  "evp.cjs": "src/main.ts",
  "aws.cjs": "src/adapters/aws/connect.ts",
  "local.cjs": "src/local/background/stack-process.ts",
  "schemas.cjs": "src/core/schema-compiler.ts",
  "log.cjs": "src/ui/log.ts",
  "live.mjs": "src/ui/live/index.tsx",
};

/** Turns a dynamic import of another chunk's source into a load of that chunk. */
function chunkBoundaries(self) {
  const chunkOf = new Map(Object.entries(CHUNKS).map(([chunk, source]) => [resolve(source), chunk]));
  return {
    name: "chunk-boundaries",
    setup(build) {
      build.onResolve({ filter: /^\./ }, (args) => {
        if (args.kind !== "dynamic-import") return undefined;
        const path = resolve(args.resolveDir, args.path);
        const chunk = chunkOf.get(path.replace(/\.js$/, ".ts")) ?? chunkOf.get(path.replace(/\.js$/, ".tsx"));
        return chunk === undefined || chunk === self ? undefined : { path: `./${chunk}`, external: true };
      });
    },
  };
}

/** @returns the bundles' contents by file name */
export async function bundle() {
  const outputs = new Map();
  for (const [chunk, source] of Object.entries(CHUNKS)) {
    const isModule = chunk.endsWith(".mjs");
    const result = await build({
      entryPoints: [source],
      outfile: `dist/${chunk}`,
      bundle: true,
      write: false,
      platform: "node",
      target: "node22",
      format: isModule ? "esm" : "cjs",
      mainFields: ["module", "main"],
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: "none",
      logLevel: "warning",
      define: { "process.env.NODE_ENV": '"production"', EVP_VERSION: JSON.stringify(version) },
      external: ["dynalite", "react-devtools-core"],
      banner: isModule ? { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' } : {},
      plugins: [chunkBoundaries(chunk)],
    });
    outputs.set(chunk, result.outputFiles[0].contents);
  }
  return outputs;
}
