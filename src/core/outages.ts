import type { ProcessorReport } from "./processor-report.js";

/** Something that processors need and that is out of order, as one of them says. */
export type Outage = ProcessorReport["down"][number];

const TOPIC = "topic ";

/** What is down of that which a client's events need: the store, the registry and the DLQ, and the client's own topic. @param topic its name; undefined: whose events these are is not known */
export function outagesFor(processors: readonly Pick<ProcessorReport, "down">[], topic: string | undefined): Outage[] {
  const down = new Map<string, Outage>();
  for (const outage of processors.flatMap((processor) => processor.down)) {
    const { dependency, since } = outage;
    const isOthers = dependency.startsWith(TOPIC) && dependency !== `${TOPIC}${topic}`;
    const known = down.get(dependency);
    if (!isOthers && (known === undefined || since < known.since)) down.set(dependency, outage);
  }
  return [...down.values()];
}

export function outageText({ dependency, why }: Outage): string {
  return `${dependency.startsWith(TOPIC) ? "" : "the "}${dependency} is down: ${why}`;
}
