import type { RunPicture } from "../../app/processor-reports/run-picture.js";
import { ProcessView } from "./process-view.js";
import { openScreen, type ScreenStream } from "./screen.js";

export { openStatusView } from "./open-status-view.js";

export interface LiveViewOptions {
  /** A terminal. */
  stderr: ScreenStream;
  /** What is to be drawn now. */
  picture: () => RunPicture;
  /** Which stack is processed. */
  title: string;
  isColourWanted: boolean;
  /** Aborts when the processor is asked to stop; the processor itself tells so a little later. */
  stop: AbortSignal;
}

export interface LiveView {
  /** Gives the terminal back. May be called again. */
  close(): Promise<void>;
}

/** Draws a running processor on stderr, once a second, whatever it tells. */
export function openLiveView({ stderr, picture, title, isColourWanted, stop }: LiveViewOptions): LiveView {
  const screen = openScreen({
    stream: stderr,
    draw: (size) => {
      const { phase, ...others } = picture();
      const shown = { ...others, phase: stop.aborted ? ("stopping" as const) : phase };
      return <ProcessView picture={shown} title={title} isColourWanted={isColourWanted} {...size} />;
    },
  });
  // A terminal shows the Ctrl-C that was pressed.
  stop.addEventListener("abort", screen.redraw, { once: true });
  return {
    close() {
      stop.removeEventListener("abort", screen.redraw);
      return screen.close();
    },
  };
}
