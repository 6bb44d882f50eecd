import { useInput } from "ink";
import type { StatusUpdate } from "../../app/watch-status.js";
import { noteRates } from "./rate-history.js";
import { openScreen, type ScreenStream } from "./screen.js";
import { StatusView, type WatchedStatus } from "./status-view.js";

export interface StatusViewOptions {
  /** A terminal. */
  stderr: ScreenStream;
  /** A terminal's keys; without it signals alone end the view. */
  keys: NodeJS.ReadableStream | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Time between two updates. */
  everyMs: number;
  isColourWanted: boolean;
  /** Called when a key asks to end it. */
  quit: () => void;
}

export interface OpenStatusView {
  show(update: StatusUpdate): void;
  /** Gives the terminal back. May be called again. */
  close(): Promise<void>;
}

/** Draws a stack on stderr, twice a second at most, as it was told last. */
export function openStatusView({
  stderr,
  keys,
  now,
  everyMs,
  isColourWanted,
  quit,
}: StatusViewOptions): OpenStatusView {
  const watched: WatchedStatus = { status: undefined, at: now(), problem: undefined, history: new Map() };
  const screen = openScreen({
    stream: stderr,
    keys,
    draw: (size) => (
      <>
        {keys !== undefined && <QuitKeys quit={quit} />}
        <StatusView
          watched={watched}
          now={now()}
          everyMs={everyMs}
          hasKeys={keys !== undefined}
          isColourWanted={isColourWanted}
          {...size}
        />
      </>
    ),
  });
  return {
    show(update) {
      if ("status" in update) {
        Object.assign(watched, { status: update.status, at: now(), problem: undefined });
        noteRates(watched.history, update.status.processors);
      } else watched.problem = update.problem;
      screen.refresh();
    },
    close: screen.close,
  };
}

/** While keys are read, Ctrl-C comes as one of them. */
function QuitKeys({ quit }: { quit: () => void }) {
  useInput((input, key) => {
    if (input === "q" || (input === "c" && key.ctrl)) quit();
  });
  return null;
}
