import { parseArgs } from "node:util";

/** What `npm run fuzz` is told. */
export interface FuzzArguments {
  /** Bodies for core alone. */
  core: number;
  /** Messages for the processor, over the wire. */
  wire: number;
  seed: number;
}

const SEEDS = 2 ** 31;

/** Reads `--core n --wire n --seed n`; without a seed each run has one of its own. @throws Error on anything else */
export function readArguments(args: string[]): FuzzArguments {
  const option = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { core: option, wire: option, seed: option } });
  return {
    core: readNumber("core", values.core ?? "100000"),
    wire: readNumber("wire", values.wire ?? "20000"),
    seed: readNumber("seed", values.seed ?? String(Math.floor(Math.random() * SEEDS))),
  };
}

function readNumber(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}
