import { Text } from "ink";
import type { ReactNode } from "react";
import type { ProcessorView } from "../../app/processor-reports/processor-view.js";
import { cleanText } from "../external-text.js";
import { counted } from "../plain/counted.js";
import { durationText, grouped, latencyText, rateText } from "./figure-text.js";
import { Line } from "./line.js";
import type { RateHistory } from "./rate-history.js";
import { sparkline } from "./sparkline.js";

interface ProcessorLinesProps {
  processors: ProcessorView[];
  history: RateHistory;
  /** Milliseconds since 1970. */
  now: number;
  /** Lines, the title included. */
  rows: number;
  columns: number;
}

/** Who processes, how fast, and how fast before: a line each, or two where there is room for all. */
export function ProcessorLines({ processors, history, now, rows, columns }: ProcessorLinesProps): ReactNode {
  const linesEach = processors.length * 2 < rows ? 2 : 1;
  const fitting = Math.min(processors.length, Math.floor((rows - 1) / linesEach));
  const hidden = processors.length - fitting;
  return (
    <>
      <Line>
        <Text dimColor>{hidden > 0 ? `processors, the first ${fitting} of ${processors.length}` : "processors"}</Text>
      </Line>
      {processors.slice(0, fitting).map((processor) => {
        const rates = history.get(processor.processorId)?.rates ?? [];
        const facts = factsOf(processor, now);
        const room = columns - facts.length - GAP.length;
        return linesEach === 1 ? (
          <Line key={processor.processorId}>
            {facts}
            {room < LEAST_SPARK ? "" : `${GAP}${sparkline(rates, room)}`}
          </Line>
        ) : (
          <TwoLines key={processor.processorId} facts={facts} spark={sparkline(rates, columns - INDENT.length)} />
        );
      })}
    </>
  );
}

const GAP = "  ";
const INDENT = "  ";
const LEAST_SPARK = 8;

function TwoLines({ facts, spark }: { facts: string; spark: string }): ReactNode {
  return (
    <>
      <Line>{facts}</Line>
      <Line>
        {INDENT}
        {spark}
      </Line>
    </>
  );
}

function factsOf({ host, pid, workers, since, eventsPerSecond, latencyMs, held }: ProcessorView, now: number): string {
  const facts = [
    `${host}:${pid}`,
    `${rateText(eventsPerSecond)} events/s`,
    ...(latencyMs === null ? [] : [`p50 ${latencyText(latencyMs.p50)} p99 ${latencyText(latencyMs.p99)}`]),
    `${grouped(held.messages)} in hand`,
    ...(workers > 1 ? [counted(workers, "worker")] : []),
    durationText(now - Date.parse(since)),
  ];
  return cleanText(facts.join(" · "));
}
