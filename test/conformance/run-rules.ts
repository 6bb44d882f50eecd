import { resolve } from "node:path";
import { execa } from "execa";
import type { HandedTarget } from "../contract/aws-target.js";
import type { ReportLine, Verdict } from "./verdict.js";

const PROJECT = resolve(import.meta.dirname, "../..");
const VITEST = resolve(PROJECT, "node_modules/vitest/vitest.mjs");
const CONFIG = resolve(import.meta.dirname, "vitest.config.ts");
/** How long the process may take to end after a signal. */
const STOP_WITHIN_MS = 5000;

/**
 * Checks every rule on a target, in a process of its own: whatever becomes of that one, there is somebody left who removes
 * what it has made.
 *
 * @param stop - ends it early
 * @param onVerdict - told of each rule once it is known
 * @throws Error when rules could not even be tried
 */
export async function runRules(
  target: HandedTarget,
  stop: AbortSignal,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  const child = execa(process.execPath, [VITEST, "run", "--config", CONFIG], {
    cwd: PROJECT,
    env: { EVP_CONFORMANCE_TARGET: JSON.stringify(target) },
    stdin: "ignore",
    stderr: "inherit",
    reject: false,
    buffer: false,
    cancelSignal: stop,
    forceKillAfterDelay: STOP_WITHIN_MS,
  });
  const failures: string[] = [];
  for await (const text of child.iterable({ from: "stdout" })) {
    const line = asReportLine(text);
    if (line === undefined) continue;
    if ("verdict" in line) onVerdict(line.verdict);
    else failures.push(line.failure);
  }
  const { exitCode, signal } = await child;
  if (stop.aborted) return;
  if (failures.length > 0) throw new Error(failures.join("\n"));
  // 1 stands for broken rules.
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`the checks ended early, with ${signal ?? exitCode}`);
}

/** Undefined for what some library prints. */
function asReportLine(text: unknown): ReportLine | undefined {
  return typeof text === "string" && /^\{"(verdict|failure)":/.test(text) ? JSON.parse(text) : undefined;
}
