import { render } from "ink";
import type { ReactNode } from "react";

/** A terminal, as far as it can be drawn on. */
export interface ScreenStream extends NodeJS.WritableStream {
  isTTY?: boolean | undefined;
  rows?: number | undefined;
  columns?: number | undefined;
}

export interface ScreenOptions {
  stream: ScreenStream;
  /** Where keys come from; left out where none are wanted. */
  keys?: NodeJS.ReadableStream | undefined;
  draw: (size: { rows: number; columns: number }) => ReactNode;
}

export interface Screen {
  /** Draws anew, twice a second at most; otherwise that is done once a second. */
  refresh(): void;
  /** Draws at once, on a clean screen: whatever else was written there is gone. */
  redraw(): void;
  /** Gives the terminal back as it was. May be called again. */
  close(): Promise<void>;
}

/** Rates are those of whole seconds, and drawing is all that an idle processor does. */
const FRAME_MS = 1000;
const MAX_FRAMES_PER_SECOND = 2;
const USUAL_ROWS = 24;
const USUAL_COLUMNS = 80;
/** Home, and nothing below. */
const CLEAR = "\u001b[H\u001b[J";

/** Draws on the alternate screen of a terminal, once a second, until it is closed or the process ends. */
export function openScreen({ stream, keys, draw }: ScreenOptions): Screen {
  const frame = () =>
    draw({
      // A frame as high as the terminal would make it scroll.
      rows: (stream.rows || USUAL_ROWS) - 1,
      columns: stream.columns || USUAL_COLUMNS,
    });
  const app = render(frame(), {
    stdout: stream,
    ...(keys === undefined ? {} : { stdin: keys }),
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: MAX_FRAMES_PER_SECOND,
  });
  const refresh = () => {
    try {
      app.rerender(frame());
    } catch {
      // A view that fails must not stop the work that it shows.
    }
  };
  // Ink takes its last frame back by going up as many lines as that had, and after a resize it has others.
  const redraw = () => {
    app.clear();
    stream.write(CLEAR);
    refresh();
    void app.waitUntilRenderFlush();
  };
  const timer = setInterval(refresh, FRAME_MS);
  timer.unref();
  stream.prependListener("resize", redraw);
  return {
    refresh,
    redraw,
    async close() {
      clearInterval(timer);
      stream.removeListener("resize", redraw);
      app.unmount();
      await app.waitUntilExit().catch(() => undefined);
    },
  };
}
