import type { ReactNode } from "react";
import type { RunPicture } from "../../app/processor-reports/run-picture.js";
import { latencyText, rateText } from "./figure-text.js";
import { Figure, LABEL_WIDTH } from "./line.js";
import { sparkline } from "./sparkline.js";

interface ThroughputProps {
  picture: Pick<RunPicture, "eventsPerSecond" | "rates" | "runningForMs">;
  columns: number;
}

/** Characters between the label and the sparkline. */
const FIGURE_WIDTH = 26;
/** A shorter one tells nothing. */
const LEAST_SPARKLINE = 8;

/** Outcomes a second, now and in the seconds before. */
export function Throughput({ picture: { eventsPerSecond, rates, runningForMs }, columns }: ThroughputProps): ReactNode {
  return (
    <Figure label="throughput">
      {withSparkline(`${rateText(eventsPerSecond)} events/s`, sinceStart(rates, runningForMs), columns)}
    </Figure>
  );
}

interface LatencyProps {
  picture: Pick<RunPicture, "latencyMs" | "p99s" | "runningForMs">;
  columns: number;
}

/** How long events take from the queue to their client's topic; the sparkline is that of the slowest hundredth. */
export function Latency({ picture: { latencyMs, p99s, runningForMs }, columns }: LatencyProps): ReactNode {
  const text = latencyMs ? `p50 ${latencyText(latencyMs.p50)} · p99 ${latencyText(latencyMs.p99)}` : "-";
  return <Figure label="latency">{withSparkline(text, sinceStart(p99s, runningForMs), columns)}</Figure>;
}

/** What was before the start was not nothing. */
function sinceStart(perSecond: number[], runningForMs: number): number[] {
  const seconds = Math.floor(runningForMs / 1000);
  return seconds < 1 ? [] : perSecond.slice(-seconds);
}

function withSparkline(text: string, values: number[], columns: number): string {
  const width = columns - LABEL_WIDTH - FIGURE_WIDTH;
  return width < LEAST_SPARKLINE ? text : `${text.padEnd(FIGURE_WIDTH)}${sparkline(values, width)}`;
}
