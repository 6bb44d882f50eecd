import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./write-atomically.mjs";

/** Builds `dist/` when its sources have changed since the last build; otherwise it does nothing. */
const STAMP = "dist/built-from";
const GENERATED = "src/core/generated/validators.cjs";

process.chdir(join(import.meta.dirname, ".."));
linkProgram();
const sources = hashOf([
  "src",
  "schemas/envelope.json",
  "schemas/config.json",
  ".build",
  "package-lock.json",
  "package.json",
]);
if (!isCurrent()) {
  const { generateValidators } = await import("./generate-validators.mjs");
  const { bundle } = await import("./bundles.mjs");
  generateValidators();
  const bundles = await bundle();
  // The command line comes last: whatever it loads is there when it is.
  for (const [name, contents] of bundles) writeAtomically(`dist/${name}`, contents);
  writeAtomically("dist/help.txt", wideHelp());
  writeAtomically(STAMP, sources);
}

/** The help of evp as a whole, as the command line that was just built prints it where there is any room. */
function wideHelp() {
  const widen = 'Object.defineProperty(process.stdout, "columns", { value: Infinity });';
  const ask = 'process.argv = [process.execPath, "evp", "--help"]; require("./dist/evp.cjs");';
  return execFileSync(process.execPath, ["--eval", widen + ask], { encoding: "utf8" });
}

/** npm links the programs of dependencies, but not the project's own: with this, `evp` is on the PATH beside `node`. */
function linkProgram() {
  const link = join("node_modules", ".bin", "evp");
  if (existsSync(join("node_modules", ".bin")) && !existsSync(link)) symlinkSync("../../bin/evp.js", link);
}

function isCurrent() {
  return existsSync(STAMP) && existsSync(GENERATED) && readFileSync(STAMP, "utf8") === sources;
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesBelow)) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.filter((file) => !file.startsWith(join("src", "core", "generated")) || file.endsWith(".d.cts")).sort();
}
