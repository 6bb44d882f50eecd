import { Text } from "ink";
import type { ReactNode } from "react";
import type { RunPicture } from "../../app/processor-reports/run-picture.js";
import { counted } from "../plain/counted.js";
import { bytesText, grouped, latencyText } from "./figure-text.js";
import { Figure, type Paint } from "./line.js";

interface OutcomesProps {
  totals: RunPicture["totals"];
  paint: Paint;
}

/** How events ended, in the whole run. */
export function Outcomes({ totals: { published, rejected, duplicates }, paint }: OutcomesProps): ReactNode {
  return (
    <Figure label="outcomes">
      <Text {...paint("green")}>{grouped(published)} published</Text> ·{" "}
      <Text {...(rejected > 0 ? paint("red") : {})}>{grouped(rejected)} rejected</Text> · {grouped(duplicates)}{" "}
      duplicates
    </Figure>
  );
}

/** How full the ingress queue is, and how old the oldest message. */
export function QueueFigure({ queue, oldestAgeMs }: Pick<RunPicture, "queue" | "oldestAgeMs">): ReactNode {
  const depth =
    queue === undefined
      ? "not known"
      : `${grouped(queue.visible)} waiting · ${grouped(queue.inFlight)} in flight · ${grouped(queue.delayed)} delayed`;
  return (
    <Figure label="queue">
      {depth}
      {oldestAgeMs === undefined ? "" : ` · oldest ${latencyText(oldestAgeMs)}`}
    </Figure>
  );
}

export function InHand({ held: { messages, bytes, groups } }: Pick<RunPicture, "held">): ReactNode {
  return (
    <Figure label="in hand">
      {messages === 0
        ? "nothing"
        : `${grouped(messages)} ${messages === 1 ? "message" : "messages"} (${bytesText(bytes)}) of ${counted(groups, "group")}`}
    </Figure>
  );
}

/** What the run costs so far, in calls and, at list prices, in dollars. */
export function Cost({ apiCallsPerEvent, cost }: Pick<RunPicture, "apiCallsPerEvent" | "cost">): ReactNode {
  if (apiCallsPerEvent === undefined) return <Figure label="cost">-</Figure>;
  const dollars = cost ? ` · ≈ $${cost.perMillion.toFixed(2)}/M events · prices of ${cost.pricesOf}` : "";
  return (
    <Figure label="cost">
      {apiCallsPerEvent.toFixed(2)} API calls/event{dollars}
    </Figure>
  );
}

/** From here on there is room for entries and limits. */
const ROOMY_COLUMNS = 110;
const SHORT_NAMES: { [Kind in RunPicture["fills"][number]["kind"]]: string } = {
  receive: "receive",
  "insert accepted": "insert",
  publish: "publish",
  record: "record",
  "send dead letters": "DLQ",
  "delete messages": "delete",
};

/** How full the calls of each kind were of late. */
export function BatchFills({ fills, columns }: Pick<RunPicture, "fills"> & { columns: number }): ReactNode {
  const isRoomy = columns >= ROOMY_COLUMNS;
  const texts = fills.map(({ kind, entries, limit }) => {
    const fill = isRoomy ? `${entries.toFixed(1)}/${Math.round(limit)}` : Math.round((100 * entries) / limit);
    return `${SHORT_NAMES[kind]} ${fill}`;
  });
  return <Figure label={isRoomy ? "batch fill" : "batch fill %"}>{texts.length === 0 ? "-" : texts.join(", ")}</Figure>;
}
