import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { RunPicture } from "../../app/processor-reports/run-picture.js";
import { cleanText } from "../external-text.js";
import { counted } from "../plain/counted.js";
import { AlertLines } from "./alert-lines.js";
import { CountsTable } from "./counts-table.js";
import { clockText, durationText } from "./figure-text.js";
import { BatchFills, Cost, InHand, Outcomes, QueueFigure } from "./figures.js";
import { Line, type Paint, paintWith } from "./line.js";
import { Rejections } from "./rejections.js";
import { type Demand, gap, listed, planRows, single } from "./row-plan.js";

import { Latency, Throughput } from "./throughput.js";

export interface ProcessViewProps {
  picture: RunPicture;
  /** Which stack it is. */
  title: string;
  /** Lines and columns of the terminal. */
  rows: number;
  columns: number;
  isColourWanted: boolean;
}

/** A running processor at a glance, within the terminal, whatever its size. */
export function ProcessView({ picture, title, rows, columns, isColourWanted }: ProcessViewProps): ReactNode {
  const rowsOf = planRows(rows, demandsOf(picture));
  const paint = paintWith(isColourWanted);
  const { phase, runningForMs, workers, rejections } = picture;
  const running = [title, durationText(runningForMs), ...(workers > 1 ? [counted(workers, "worker")] : [])];
  return (
    <Box flexDirection="column">
      {rowsOf("head") > 0 && (
        <Line>
          <Text bold>evp process</Text> · {cleanText(running.join(" · "))}
        </Line>
      )}
      {rowsOf("throughput") > 0 && <Throughput picture={picture} columns={columns} />}
      {rowsOf("latency") > 0 && <Latency picture={picture} columns={columns} />}
      {rowsOf("outcomes") > 0 && <Outcomes totals={picture.totals} paint={paint} />}
      {rowsOf("queue") > 0 && <QueueFigure queue={picture.queue} oldestAgeMs={picture.oldestAgeMs} />}
      {rowsOf("inHand") > 0 && <InHand held={picture.held} />}
      {rowsOf("cost") > 0 && <Cost apiCallsPerEvent={picture.apiCallsPerEvent} cost={picture.cost} />}
      {rowsOf("fills") > 0 && <BatchFills fills={picture.fills} columns={columns} />}
      {rowsOf("gapTables") > 0 && <Line />}
      {rowsOf("tables") > 0 && <Tables picture={picture} rows={rowsOf("tables")} columns={columns} />}
      {rowsOf("gapAlerts") > 0 && <Line />}
      <Alerts picture={picture} rowsOf={rowsOf} paint={paint} />
      {rowsOf("gapRejections") > 0 && <Line />}
      {rowsOf("rejections") > 0 && <Rejections rejections={rejections} rows={rowsOf("rejections")} columns={columns} />}
      {rowsOf("foot") > 0 && <Line>{FOOT[phase]}</Line>}
    </Box>
  );
}

const FOOT: { [Phase in RunPicture["phase"]]: string } = {
  running: "Ctrl-C finishes what is held and stops.",
  stopping: "Stopping: finishing what is held. Ctrl-C again ends it at once.",
};

/** The parts of the view, the most important first. */
function demandsOf({ clients, types, down, blocked, stalled, problem, rejections }: RunPicture) {
  const alerts = down.length + blocked.length + stalled.length + (problem ? 1 : 0);
  const names = Math.max(clients.length, types.length);
  return [
    single("head"),
    single("throughput"),
    single("outcomes"),
    single("foot"),
    listed("down", down.length),
    listed("blocked", blocked.length),
    listed("stalled", stalled.length),
    listed("problem", problem ? 1 : 0),
    single("queue"),
    single("inHand"),
    single("latency"),
    single("cost"),
    clients.length === 0 ? single("tables") : titled("tables", names),
    rejections.length === 0 ? listed("rejections", 0) : titled("rejections", rejections.length),
    single("fills"),
    gap("gapTables", true),
    gap("gapAlerts", alerts > 0),
    gap("gapRejections", rejections.length > 0),
  ];
}

/** A title alone tells nothing. */
function titled<Name extends string>(name: Name, count: number): Demand<Name> {
  return { name, least: 2, most: count + 1 };
}

interface AlertsProps {
  picture: Pick<RunPicture, "down" | "blocked" | "stalled" | "problem">;
  rowsOf: (name: "down" | "blocked" | "stalled" | "problem") => number;
  paint: Paint;
}

/** What somebody should look at. */
function Alerts({ picture: { down, blocked, stalled, problem }, rowsOf, paint }: AlertsProps): ReactNode {
  const heads = blocked.map(({ groupId, clientId, reason, detail }) => [groupId, clientId, reason, detail].join(" · "));
  const yellow = paint("yellow");
  return (
    <>
      <AlertLines label="down" count={down.length} texts={down.map(downText)} rows={rowsOf("down")} {...paint("red")} />
      <AlertLines label="blocked" count={blocked.length} texts={heads} rows={rowsOf("blocked")} {...yellow} />
      <AlertLines
        label="stalled"
        count={stalled.length}
        texts={stalled.map(stalledText)}
        rows={rowsOf("stalled")}
        {...yellow}
      />
      {rowsOf("problem") > 0 && problem && (
        <Line {...yellow}>
          {clockText(problem.at)} {cleanText(problem.text)}
          {problem.times > 1 ? ` (${problem.times} times)` : ""}
        </Line>
      )}
    </>
  );
}

interface TablesProps {
  picture: Pick<RunPicture, "clients" | "types">;
  rows: number;
  columns: number;
}

/** From here on two tables fit beside each other. */
const TWO_TABLES_COLUMNS = 76;
const TABLE_GAP = 3;
const WIDEST_TABLE = 80;

/** Outcomes by client, and by type where there is room. */
function Tables({ picture: { clients, types }, rows, columns }: TablesProps): ReactNode {
  if (clients.length === 0) return <Line>Waiting for events.</Line>;
  if (columns < TWO_TABLES_COLUMNS)
    return <CountsTable title="client" counts={clients} rows={rows} columns={columns} />;
  const each = Math.min(WIDEST_TABLE, Math.floor((columns - TABLE_GAP) / 2));
  return (
    <Box columnGap={TABLE_GAP} flexShrink={0}>
      <CountsTable title="client" counts={clients} rows={rows} columns={each} />
      <CountsTable title="type" counts={types} rows={rows} columns={each} />
    </Box>
  );
}

function downText({ dependency, forMs, why }: RunPicture["down"][number]): string {
  return `${dependency} for ${durationText(forMs)} · ${why}`;
}

function stalledText({ groupId, eventId, forMs, messages, why }: RunPicture["stalled"][number]): string {
  const head = eventId === undefined ? "" : ` · head ${eventId}`;
  return `${groupId} for ${durationText(forMs)} · ${counted(messages, "message")} · ${why}${head}`;
}
