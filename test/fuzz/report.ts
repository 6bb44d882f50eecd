import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Failure, Tally } from "./tally.js";

const SHOWN_FAILURES = 10;
const SHOWN_CHARACTERS = 300;

/** A run as a table: what there was of each family, and what core's slowest message was. */
export function tableOf(title: string, { rows }: Pick<Tally, "rows">): string {
  const lines = [...rows].map(([family, { bodies, slowestMs, slowest }]) => {
    const time = slowestMs === 0 ? "" : `${slowestMs.toFixed(1).padStart(8)} ms  ${slowest}`;
    return `  ${family.padEnd(18)}${String(bodies).padStart(7)}${time}`;
  });
  return [title, ...lines].join("\n");
}

/** Writes the bodies that failed into a file, each with its seed's number. @returns what to print about them */
export function reportFailures(seed: number, failures: Failure[]): string {
  const file = join(tmpdir(), `evp-fuzz-${seed}.ndjson`);
  const lines = failures.map(({ serial, made, got }) => {
    const { family, name, shape, expected, body } = made;
    const shown =
      body.length > SHOWN_CHARACTERS ? `${body.slice(0, SHOWN_CHARACTERS)}… (${body.length} characters)` : body;
    return JSON.stringify({ seed, serial, shape, family, name, expected, got, body: shown });
  });
  writeFileSync(file, `${lines.join("\n")}\n`);
  const more = failures.length > SHOWN_FAILURES ? [`… and ${failures.length - SHOWN_FAILURES} more`] : [];
  return [...lines.slice(0, SHOWN_FAILURES), ...more, `All of them are in ${file}`].join("\n");
}

export function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "not measured here" : `${(bytes / 1024 / 1024).toFixed(0)} MB`;
}
