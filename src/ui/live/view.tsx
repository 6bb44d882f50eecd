import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { cleanText } from "../external-text.js";
import { counted } from "../plain/counted.js";
import { type OutcomeCounts, ratePerSecond, type ShownRejection, type ViewState } from "./view-state.js";

export interface ViewProps {
  state: ViewState;
  /** Which stack it is. */
  title: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Lines and columns of the terminal. */
  rows: number;
  columns: number;
  isColourWanted: boolean;
}

/** Lines that everything but the clients takes at most. */
const OTHER_ROWS = 17;
/** A terminal narrower than this has no room for whole titles. */
const NARROW_COLUMNS = 60;
const WIDE = { titles: ["published", "rejected", "duplicates"], width: 12 };
const NARROW = { titles: ["publ.", "rej.", "dupl."], width: 7 };
/** A failure that was not seen again for so long is over. */
const PROBLEM_LASTS_MS = 10_000;

/** A running processor at a glance, within a terminal of 80 × 24. */
export function View({ state, title, now, rows, columns, isColourWanted }: ViewProps): ReactNode {
  const paint = (name: string) => (isColourWanted ? { color: name } : {});
  const { totals } = state;
  const problem = state.problem && now - state.problem.at < PROBLEM_LASTS_MS ? state.problem : undefined;
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">
        <Text bold>evp process</Text> · {cleanText(title)} · {duration(now - state.startedAt)}
      </Text>
      <Text wrap="truncate">
        {ratePerSecond(state, now).toFixed(1)} events/s · <Text {...paint("green")}>{totals.published} published</Text>{" "}
        · <Text {...paint("red")}>{totals.rejected} rejected</Text> · {totals.duplicates} duplicates
      </Text>
      <Clients
        clients={state.clients}
        maxRows={Math.max(1, rows - OTHER_ROWS)}
        layout={columns < NARROW_COLUMNS ? NARROW : WIDE}
      />
      <Rejections rejections={state.rejections} />
      <Blocked blocked={state.blocked} colour={paint("yellow")} />
      <Down down={state.down} now={now} colour={paint("red")} />
      {problem && (
        <Text wrap="truncate" {...paint("yellow")}>
          {timeOf(problem.at)} {cleanText(problem.text)}
          {problem.times > 1 ? ` (${problem.times} times)` : ""}
        </Text>
      )}
      <Text dimColor wrap="truncate">
        {state.phase === "running"
          ? "Ctrl-C finishes what is held and stops."
          : "Stopping: finishing what is held. Ctrl-C again ends it at once."}
      </Text>
    </Box>
  );
}

interface BlockedProps {
  blocked: ViewState["blocked"];
  colour: { color?: string };
}

/** What waits for an operator. */
function Blocked({ blocked, colour }: BlockedProps): ReactNode {
  const last = [...blocked].at(-1);
  if (last === undefined) return null;
  const [groupId, { clientId, reason, detail }] = last;
  return (
    <Text wrap="truncate" {...colour}>
      {counted(blocked.size, "group")} blocked: {cleanText([groupId, clientId, reason, detail].join(" · "))}
    </Text>
  );
}

interface DownProps {
  down: ViewState["down"];
  now: number;
  colour: { color?: string };
}

/** What evp waits for. */
function Down({ down, now, colour }: DownProps): ReactNode {
  const [first] = down;
  if (first === undefined) return null;
  const [name, { since, why }] = first;
  const others = down.size === 1 ? "" : ` and ${down.size - 1} more`;
  return (
    <Text wrap="truncate" {...colour}>
      down for {duration(now - since)}: {cleanText(name)}
      {others} · {cleanText(why)}
    </Text>
  );
}

type Layout = typeof WIDE;

interface ClientsProps {
  clients: Map<string, OutcomeCounts>;
  maxRows: number;
  layout: Layout;
}

function Clients({ clients, maxRows, layout }: ClientsProps): ReactNode {
  if (clients.size === 0) return <Text dimColor>Waiting for events.</Text>;
  const busiestFirst = [...clients].sort(([, left], [, right]) => total(right) - total(left));
  const hidden = busiestFirst.length - maxRows;
  return (
    <Box flexDirection="column" marginTop={1}>
      <Row name="client" cells={layout.titles} width={layout.width} isTitle />
      {busiestFirst.slice(0, maxRows).map(([client, { published, rejected, duplicates }]) => (
        <Row
          key={client}
          name={cleanText(client)}
          cells={[published, rejected, duplicates].map(String)}
          width={layout.width}
        />
      ))}
      {hidden > 0 && <Text dimColor>and {hidden} more</Text>}
    </Box>
  );
}

interface RowProps {
  name: string;
  cells: string[];
  /** Of each cell. */
  width: number;
  isTitle?: boolean;
}

function Row({ name, cells, width, isTitle = false }: RowProps): ReactNode {
  return (
    <Box>
      <Box flexGrow={1} flexShrink={1} maxWidth={30}>
        <Text dimColor={isTitle} wrap="truncate">
          {name}
        </Text>
      </Box>
      <Text dimColor={isTitle}>{cells.map((cell) => cell.padStart(width)).join("")}</Text>
    </Box>
  );
}

function Rejections({ rejections }: { rejections: ShownRejection[] }): ReactNode {
  if (rejections.length === 0) return null;
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text dimColor>last rejections</Text>
      {rejections.map(({ serial, at, clientId, reason, detail }) => (
        <Text key={serial} wrap="truncate">
          {timeOf(at)} {cleanText([clientId, reason, detail].filter((part) => part !== undefined).join(" · "))}
        </Text>
      ))}
    </Box>
  );
}

function total({ published, rejected, duplicates }: OutcomeCounts): number {
  return published + rejected + duplicates;
}

/** `h:mm:ss`. */
function duration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
