import type { StackStatus } from "../../app/status.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { renderBlocked } from "./blocked-groups.js";
import { renderProcessors } from "./processors.js";
import { type Column, renderTable } from "./table.js";

interface QueueRow {
  name: string;
  depth: { visible: number; inFlight: number; delayed: number } | null;
  note: string;
}

const COLUMNS: Column<QueueRow>[] = [
  { title: "QUEUE", text: (row) => row.name, minWidth: 10 },
  { title: "WAITING", text: (row) => depthText(row.depth?.visible), align: "right" },
  { title: "IN WORK", text: (row) => depthText(row.depth?.inFlight), align: "right" },
  { title: "DELAYED", text: (row) => depthText(row.depth?.delayed), align: "right" },
  { title: "", text: (row) => row.note, paint: (text, _row, { colour }) => colour.yellow(text) },
];

/** How full each queue is, who processes, what is blocked, and what should not be overlooked. */
export function renderStatus(status: StackStatus, style: Style): string {
  const { target, stack, ingress, dlq, clients, blocked, processors, warnings } = status;
  const rows: QueueRow[] = [
    { name: "ingress", depth: ingress, note: "" },
    { name: "dlq", depth: dlq, note: "" },
    ...clients.map(({ clientId, active, queue }) => ({
      name: clientId,
      depth: queue,
      note: queue === null ? "its queue is gone" : active ? "" : "disabled",
    })),
  ];
  const title = style.colour.bold(`stack ${stack} on ${cleanText(target)}`);
  const queues = `${title}\n${renderTable(COLUMNS, rows, style)}`;
  const warned = warnings.map(({ message }) => `${style.colour.yellow(`warning: ${cleanText(message)}`)}\n`).join("");
  return `${queues}${renderProcessors(processors, style)}${renderBlocked(blocked, style)}${warned && `\n${warned}`}`;
}

function depthText(count: number | undefined): string {
  return count === undefined ? "-" : String(count);
}
