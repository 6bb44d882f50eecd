import { render } from "ink";
import type { ProcessListener } from "../../app/process/events.js";
import { View } from "./view.js";
import { show, startView } from "./view-state.js";

export interface LiveViewOptions {
  /** A terminal. */
  stderr: NodeJS.WritableStream & { rows?: number | undefined; columns?: number | undefined };
  /** Milliseconds since 1970. */
  now: () => number;
  /** Which stack is processed. */
  title: string;
  isColourWanted: boolean;
  /** Aborts when the processor is asked to stop; the processor itself tells so a little later. */
  stop: AbortSignal;
}

export interface LiveView {
  listener: ProcessListener;
  /** Removes the view and gives the terminal back. May be called again. */
  close(): Promise<void>;
}

const FRAME_MS = 500;
const USUAL_ROWS = 24;
const USUAL_COLUMNS = 80;

/** Draws a running processor on stderr, twice a second at most, whatever it tells. */
export function openLiveView({ stderr, now, title, isColourWanted, stop }: LiveViewOptions): LiveView {
  const state = startView(now());
  const frame = () => (
    <View
      state={state}
      title={title}
      now={now()}
      rows={stderr.rows ?? USUAL_ROWS}
      columns={stderr.columns ?? USUAL_COLUMNS}
      isColourWanted={isColourWanted}
    />
  );
  const app = render(frame(), {
    stdout: stderr,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 1000 / FRAME_MS,
  });
  const timer = setInterval(() => app.rerender(frame()), FRAME_MS);
  timer.unref();
  const showStop = () => {
    state.phase = "stopping";
    app.rerender(frame());
  };
  stop.addEventListener("abort", showStop, { once: true });
  return {
    listener: (name, payload) => show(state, name, payload, now()),
    async close() {
      clearInterval(timer);
      stop.removeEventListener("abort", showStop);
      app.rerender(null);
      app.unmount();
      await app.waitUntilExit();
    },
  };
}
