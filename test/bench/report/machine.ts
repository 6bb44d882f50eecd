import { readFileSync } from "node:fs";
import { availableParallelism, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";

/** Packages whose versions the figures depend on. */
const PACKAGES = ["sqs-consumer", "@aws-sdk/client-sqs", "@aws-sdk/client-dynamodb", "dynalite"];

/** When, where and with what the figures came about. */
export function machine() {
  return {
    date: new Date().toISOString().slice(0, "2026-11-21".length),
    machine: `${platform()}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB`,
    node: process.versions.node,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  };
}

/** This file runs from `.bench/programs/`. */
function versionOf(name: string): string {
  const file = join(import.meta.dirname, "../../node_modules", name, "package.json");
  const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}
