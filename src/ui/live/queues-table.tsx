import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { StackStatus } from "../../app/status.js";
import { cleanText } from "../external-text.js";
import { compact, grouped } from "./figure-text.js";
import { Line } from "./line.js";

interface QueuesTableProps {
  status: Pick<StackStatus, "ingress" | "dlq" | "clients">;
  /** Lines, the titles included. */
  rows: number;
  columns: number;
}

type Depth = StackStatus["ingress"];

const CELL_WIDTH = 9;
const LONGEST_NAME = 64;

/** How full each queue is: the stack's own first, then the clients', those with most waiting first. */
export function QueuesTable({ status: { ingress, dlq, clients }, rows, columns }: QueuesTableProps): ReactNode {
  const fullestFirst = [...clients].sort((left, right) => waitingIn(right.queue) - waitingIn(left.queue));
  const all = [
    { name: "ingress", depth: ingress, note: "" },
    { name: "dlq", depth: dlq, note: "" },
    ...fullestFirst.map(({ clientId, queue, active }) => ({
      name: clientId,
      depth: queue,
      note: noteOf(queue, active),
    })),
  ];
  const fitting = all.length < rows ? all.length : Math.max(0, rows - 2);
  const nameWidth = Math.max(8, Math.min(LONGEST_NAME, Math.floor(columns / 3)));
  return (
    <>
      <Row name="queue" width={nameWidth} cells={["waiting", "in work", "delayed"]} note="" isTitle />
      {all.slice(0, fitting).map(({ name, depth, note }) => (
        <Row key={name} name={cleanText(name)} width={nameWidth} cells={cellsOf(depth)} note={note} />
      ))}
      {fitting < all.length && <Line>and {grouped(all.length - fitting)} more</Line>}
    </>
  );
}

interface RowProps {
  name: string;
  /** Of the name. */
  width: number;
  cells: string[];
  note: string;
  isTitle?: boolean;
}

function Row({ name, width, cells, note, isTitle = false }: RowProps): ReactNode {
  return (
    <Box height={1} flexShrink={0}>
      <Box width={width} flexShrink={0}>
        <Text dimColor={isTitle} wrap="truncate">
          {name}
        </Text>
      </Box>
      <Text dimColor={isTitle} wrap="truncate">
        {cells.map((cell) => cell.padStart(CELL_WIDTH)).join("")} {note}
      </Text>
    </Box>
  );
}

function cellsOf(depth: Depth | null): string[] {
  return depth === null ? ["-", "-", "-"] : [depth.visible, depth.inFlight, depth.delayed].map(compact);
}

function noteOf(queue: Depth | null, active: boolean): string {
  if (queue === null) return " its queue is gone";
  return active ? "" : " disabled";
}

function waitingIn(depth: Depth | null): number {
  return depth === null ? 0 : depth.visible + depth.inFlight + depth.delayed;
}
