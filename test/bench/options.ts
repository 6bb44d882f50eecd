import { parseArgs } from "node:util";

export interface BenchOptions {
  runs: number;
  quick: boolean;
  /** File for everything that was measured. */
  json: string;
  /** Names of the parts to measure, in their order. */
  sections: string[];
}

const RUNS = 5;

/** @throws for an option or a section that is not known */
export function readOptions(args: string[], sections: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      runs: { type: "string" },
      json: { type: "string", default: ".bench/results.json" },
      only: { type: "string" },
    },
  });
  const wanted = values.only?.split(",") ?? sections;
  const unknown = wanted.find((name) => !sections.includes(name));
  if (unknown !== undefined) throw new Error(`no section ${unknown}; there are ${sections.join(", ")}`);
  const runs = Number(values.runs ?? (values.quick ? 1 : RUNS));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a number from 1 on, not ${values.runs}`);
  return { runs, quick: values.quick, json: values.json, sections: wanted };
}
