import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** Compares the command reference with the program's own help; with `--write` it writes it. */
process.chdir(join(import.meta.dirname, ".."));
const PAGE = "docs/commands.md";
const BEGIN = "<!-- command reference: written by npm run fix -->";
const END = "<!-- end of the command reference -->";

const { outputFiles } = await build({
  entryPoints: ["src/cli/reference.ts"],
  bundle: true,
  write: false,
  platform: "node",
  format: "cjs",
  logLevel: "error",
  external: ["dynalite", "ink", "react"],
});
const loaded = { exports: {} };
new Function("module", "exports", "require", outputFiles[0].text)(loaded, loaded.exports, createRequireHere());

const page = readFileSync(PAGE, "utf8");
const [head, tail] = [page.indexOf(BEGIN), page.indexOf(END)];
if (head === -1 || tail === -1) fail(`${PAGE} has no place for the command reference`);
const wanted = `${page.slice(0, head)}${BEGIN}\n\n${loaded.exports.commandReference().trim()}\n\n${page.slice(tail)}`;
if (process.argv.includes("--write")) writeFileSync(PAGE, wanted);
else if (wanted !== page) fail(`${PAGE} differs from evp --help: run npm run fix`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function createRequireHere() {
  return process.getBuiltinModule("module").createRequire(import.meta.url);
}
