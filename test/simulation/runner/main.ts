import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { findGaps, GATE } from "../coverage/coverage.js";
import { traceSeed } from "../run-seed.js";
import { coverageTable } from "./coverage-table.js";
import { type BrokenSeed, type Played, playSeeds } from "./play-seeds.js";

const MAX_TRACE_LINES = 400;
const MAX_LISTED = 20;
const PROGRESS_EVERY_MS = 10_000;

/** `--seeds n` (1,000) from `--from n` (1) on, or `--seed n`, which tells what that one plays. @returns the exit code */
export async function main(args: string[], worker: string): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      seed: { type: "string" },
    },
  });
  if (values.seed !== undefined) return tellSeed(wholeNumber(values.seed));
  const startedAt = performance.now();
  const tellProgress = createProgress(wholeNumber(values.seeds), startedAt);
  const played = await playSeeds({
    worker,
    from: wholeNumber(values.from),
    count: wholeNumber(values.seeds),
    threads: availableParallelism(),
    onProgress: tellProgress,
  });
  return report(played, (performance.now() - startedAt) / 1000);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`"${text}" is no whole number`);
  return Number(text);
}

async function tellSeed(seed: number): Promise<number> {
  const { broken, lines } = await traceSeed(seed);
  print(...lines, ...broken.map((promise) => `broken: ${promise}`), closingLine(1, broken.length === 0 ? 0 : 1));
  return broken.length === 0 ? 0 : 1;
}

function createProgress(total: number, startedAt: number): (played: Played) => void {
  let toldAt = startedAt;
  return ({ count, broken }) => {
    const now = performance.now();
    if (now - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = now;
    const rate = count / ((now - startedAt) / 1000);
    process.stderr.write(`${count} of ${total} seeds, ${rate.toFixed(1)} a second, ${broken.length} failed\n`);
  };
}

async function report({ count, broken, counts }: Played, seconds: number): Promise<number> {
  print(...coverageTable(counts), "");
  const gaps = findGaps(counts, count);
  if (gaps.length > 0) print(`met fewer than ${GATE.hits} times:`, ...gaps.map((gap) => `  ${gap}`), "");
  const [first] = broken;
  if (first !== undefined) await tellBroken(broken, first);
  print(
    `${count} seeds in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} a second`,
    closingLine(count, broken.length),
  );
  return broken.length + gaps.length === 0 ? 0 : 1;
}

async function tellBroken(broken: BrokenSeed[], first: BrokenSeed): Promise<void> {
  const { lines } = await traceSeed(first.seed);
  const shown = lines.slice(-MAX_TRACE_LINES);
  const left = lines.length - shown.length;
  print(
    `seed ${first.seed}${left === 0 ? "" : ` (npm run simulate -- --seed ${first.seed} tells ${left} lines more)`}:`,
    ...shown,
    "",
  );
  print(...broken.slice(0, MAX_LISTED).map(({ seed, promises }) => `seed ${seed}: ${promises.join("; ")}`), "");
}

function closingLine(count: number, failed: number): string {
  return `${count - failed} passed, ${failed} failed`;
}

function print(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
