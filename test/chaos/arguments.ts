import { parseArgs } from "node:util";
import { OUTAGES, type OutageName } from "./outage-round.js";

/** What `npm run chaos` is told. */
export interface ChaosArguments {
  /** How many rounds of chaos; each has the next seed. */
  rounds: number;
  seed: number;
  outages: OutageName[];
}

const SEEDS = 2 ** 31;

/** Reads `--rounds n --seed n --outage name`: by default 30 rounds, a seed of its own for each run, and every outage. @throws Error on anything else */
export function readArguments(args: string[]): ChaosArguments {
  const option = { type: "string" } as const;
  const outageOption = { ...option, multiple: true } as const;
  const { values } = parseArgs({ args, options: { rounds: option, seed: option, outage: outageOption } });
  return {
    rounds: readNumber("rounds", values.rounds ?? "30"),
    seed: readNumber("seed", values.seed ?? String(Math.floor(Math.random() * SEEDS))),
    outages: readOutages(values.outage ?? Object.keys(OUTAGES)),
  };
}

function readNumber(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

function readOutages(names: string[]): OutageName[] {
  if (names.length === 1 && names[0] === "none") return [];
  return names.map((name) => {
    if (!isOutage(name)) throw new Error(`--outage takes none, ${Object.keys(OUTAGES).join(", ")}, not ${name}`);
    return name;
  });
}

function isOutage(name: string): name is OutageName {
  return name in OUTAGES;
}
