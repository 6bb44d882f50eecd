import ora from "ora";

/** A line on stderr that shows that something is going on. */
export interface Spinner {
  say(text: string): void;
  /** Removes the line. May be called again. */
  stop(): void;
}

export function startSpinner(stream: NodeJS.WritableStream, text: string, colour: boolean): Spinner {
  const spinner = ora({ stream, text, discardStdin: false, color: colour ? "cyan" : false }).start();
  return {
    say(newText) {
      spinner.text = newText;
    },
    stop() {
      if (spinner.isSpinning) spinner.stop();
    },
  };
}
