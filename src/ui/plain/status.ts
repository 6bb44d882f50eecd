import type { StackStatus } from "../../app/status.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { renderBlocked } from "./blocked-groups.js";
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

/** How full each queue is, and what is blocked. */
export function renderStatus({ target, stack, ingress, dlq, clients, blocked }: StackStatus, style: Style): string {
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
  return `${title}\n${renderTable(COLUMNS, rows, style)}${renderBlocked(blocked, style)}`;
}

function depthText(count: number | undefined): string {
  return count === undefined ? "-" : String(count);
}
