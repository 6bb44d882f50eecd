import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { StackStatus } from "../../app/status.js";
import { cleanText } from "../external-text.js";
import { counted } from "../plain/counted.js";
import { AlertLines } from "./alert-lines.js";
import { clockText, durationText } from "./figure-text.js";
import { Line, paintWith } from "./line.js";
import { ProcessorLines } from "./processor-lines.js";
import { QueuesTable } from "./queues-table.js";
import type { RateHistory } from "./rate-history.js";
import { gap, listed, planRows, single } from "./row-plan.js";

/** What is known of a stack that is watched. Times are milliseconds since 1970. */
export interface WatchedStatus {
  /** undefined: not asked yet. */
  status: StackStatus | undefined;
  /** When it was so. */
  at: number;
  /** Why it could not be learnt anew. */
  problem: string | undefined;
  history: RateHistory;
}

export interface StatusViewProps {
  watched: WatchedStatus;
  now: number;
  /** Time between two looks. */
  everyMs: number;
  /** Whether there are keys to press. */
  hasKeys: boolean;
  rows: number;
  columns: number;
  isColourWanted: boolean;
}

/** A stack at a glance, within the terminal, whatever its size. */
export function StatusView({
  watched,
  now,
  everyMs,
  hasKeys,
  rows,
  columns,
  isColourWanted,
}: StatusViewProps): ReactNode {
  const { status, at, problem, history } = watched;
  if (status === undefined) return <Line>Asking how the stack is …</Line>;
  const { stack, target, warnings, processors } = status;
  const paint = paintWith(isColourWanted);
  const alerts = alertsOf(status, now);
  const rowsOf = planRows(rows, demandsOf(status, alerts, problem));
  return (
    <Box flexDirection="column">
      <Line>
        <Text bold>evp status</Text> · {cleanText(`${stack} on ${target}`)} · {clockText(at)}, every {everyMs / 1000} s
      </Line>
      <AlertLines
        label="warning"
        count={warnings.length}
        texts={warnings.map(({ message }) => message)}
        rows={rowsOf("warnings")}
        {...paint("yellow")}
      />
      {rowsOf("problem") > 0 && problem !== undefined && <Line {...paint("red")}>{cleanText(problem)}</Line>}
      {rowsOf("gapQueues") > 0 && <Line />}
      {rowsOf("queues") > 0 && <QueuesTable status={status} rows={rowsOf("queues")} columns={columns} />}
      {rowsOf("gapProcessors") > 0 && <Line />}
      {processors.length === 0 && rowsOf("processors") > 0 && <Line>No processor has said anything of late.</Line>}
      {processors.length > 0 && rowsOf("processors") > 0 && (
        <ProcessorLines
          processors={processors}
          history={history}
          now={now}
          rows={rowsOf("processors")}
          columns={columns}
        />
      )}
      {rowsOf("gapAlerts") > 0 && <Line />}
      <AlertLines label="down" count={alerts.down.length} texts={alerts.down} rows={rowsOf("down")} {...paint("red")} />
      <AlertLines
        label="blocked"
        count={alerts.blocked.length}
        texts={alerts.blocked}
        rows={rowsOf("blocked")}
        {...paint("yellow")}
      />
      <AlertLines
        label="stalled"
        count={alerts.stalledGroups}
        texts={alerts.stalled}
        rows={rowsOf("stalled")}
        {...paint("yellow")}
      />
      {rowsOf("foot") > 0 && <Line>{hasKeys ? "q or Ctrl-C ends this." : "Ctrl-C ends this."}</Line>}
    </Box>
  );
}

/** What somebody should look at, a text each. */
interface Alerts {
  down: string[];
  blocked: string[];
  stalled: string[];
  /** More of them than have a text. */
  stalledGroups: number;
}

function alertsOf({ processors, blocked }: StackStatus, now: number): Alerts {
  const stalled = processors.flatMap((processor) => processor.stalled.map((group) => stalledText(group, now)));
  return {
    down: processors.flatMap((processor) => processor.down.map((each) => downText(each, processor, now))),
    blocked: blocked.map(({ groupId, clientId, reason, detail }) => [groupId, clientId, reason, detail].join(" · ")),
    // A group may have come from one processor to another.
    stalled: [...new Set(stalled)],
    stalledGroups: processors.reduce((sum, each) => sum + each.stalledGroups, 0),
  };
}

/** The parts of the view, the most important first. */
function demandsOf(
  { warnings, clients, processors }: StackStatus,
  { down, blocked, stalled }: Alerts,
  problem: string | undefined,
) {
  const alerts = down.length + blocked.length + stalled.length;
  return [
    single("head"),
    listed("warnings", warnings.length),
    listed("problem", problem === undefined ? 0 : 1),
    single("foot"),
    { name: "queues" as const, least: 3, most: 3 + clients.length },
    processors.length === 0
      ? single("processors")
      : { name: "processors" as const, least: 2, most: 1 + 2 * processors.length },
    listed("down", down.length),
    listed("blocked", blocked.length),
    listed("stalled", stalled.length),
    gap("gapQueues", true),
    gap("gapProcessors", true),
    gap("gapAlerts", alerts > 0),
  ];
}

type Processor = StackStatus["processors"][number];

function downText(
  { dependency, since, why }: Processor["down"][number],
  { host, pid }: Processor,
  now: number,
): string {
  return `${dependency} for ${durationText(now - Date.parse(since))} · ${host}:${pid} · ${why}`;
}

function stalledText({ groupId, eventId, since, messages, why }: Processor["stalled"][number], now: number): string {
  const head = eventId === null ? "" : ` · head ${eventId}`;
  return `${groupId} for ${durationText(now - Date.parse(since))} · ${counted(messages, "message")} · ${why}${head}`;
}
