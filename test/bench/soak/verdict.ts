import { median } from "../measure/statistics.js";
import type { MemorySample, SoakResult } from "./run-soak.js";

const GOAL_MB = 200;
/** What the end may have more than the beginning and still count as flat. */
const GROWTH = 1.1;
/** The very first part is start-up. */
const SKIPPED_SHARE = 0.1;

/** What a run shows that must not be. */
export function findFaults({ events, arrivals, samples }: SoakResult): string[] {
  const steady = samples.slice(Math.floor(samples.length * SKIPPED_SHARE));
  return [
    ...(arrivals.arrived < events ? [`${events - arrivals.arrived} events never arrived`] : []),
    ...(arrivals.repeated > 0 ? [`${arrivals.repeated} events arrived twice`] : []),
    ...(arrivals.outOfOrder > 0 ? [`${arrivals.outOfOrder} events arrived out of order`] : []),
    ...memoryFaults("evp", steady, ({ processorMb }) => processorMb),
    ...memoryFaults("the stack", steady, ({ stackMb }) => stackMb),
  ];
}

function memoryFaults(who: string, samples: MemorySample[], megabytes: (sample: MemorySample) => number): string[] {
  const values = samples.map(megabytes);
  const third = Math.ceil(values.length / 3);
  const [first, last] = [median(values.slice(0, third)), median(values.slice(-third))];
  const peak = Math.max(0, ...values);
  return [
    ...(peak > GOAL_MB ? [`${who} reached ${Math.round(peak)} MB; the goal is ${GOAL_MB}`] : []),
    ...(last > first * GROWTH ? [`${who} grew from ${Math.round(first)} to ${Math.round(last)} MB`] : []),
  ];
}
