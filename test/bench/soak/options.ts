import { parseArgs } from "node:util";

const EVENTS = 1_000_000;

/** @throws for an option that is not known, or a number that is none */
export function readSoakOptions(args: string[]): { events: number; json: string } {
  const { values } = parseArgs({
    args,
    options: { events: { type: "string" }, json: { type: "string", default: ".bench/soak.json" } },
  });
  const events = Number(values.events ?? EVENTS);
  if (!Number.isInteger(events) || events < 1)
    throw new Error(`--events takes a number from 1 on, not ${values.events}`);
  return { events, json: values.json };
}
