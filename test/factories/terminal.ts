import { resolve } from "node:path";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { onTestFinished } from "vitest";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");

/** A real terminal in which the built program runs. */
export interface EvpTerminal {
  /** The lines of the screen as a person sees them, without spaces at their ends. */
  screen(): string[];
  /** Everything that the screen and its scrollback hold, as one text. */
  text(): string;
  /** Waits until the screen (and scrollback) holds the text, or fits. @returns the screen then @throws Error with the screen, when that takes too long */
  until(wanted: string | RegExp | ((screen: string[]) => boolean), withinMs?: number): Promise<string[]>;
  type(text: string): void;
  pressCtrlC(): void;
  resize(columns: number, rows: number): void;
  /** Whether the program draws on the alternate screen, which leaves no trace. */
  isOnAlternateScreen(): boolean;
  isCursorShown(): boolean;
  /** All that the program wrote so far, with its control sequences. */
  written(): string;
  pid: number;
  /** Resolves with the exit code when the program has ended and all that it wrote is on the screen. */
  ended: Promise<number>;
}

export interface TerminalOptions {
  /** The current folder; a home for the program too. */
  folder: string;
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
}

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 20;
const CTRL_C = "\u0003";
const SHOW_CURSOR = "\u001b[?25h";
const HIDE_CURSOR = "\u001b[?25l";

/** Runs `evp <args>` in a terminal of its own, 80 × 24 unless told. It is killed when the test ends. */
export function openTerminal(
  args: string[],
  { folder, columns = 80, rows = 24, env = {} }: TerminalOptions,
): EvpTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 10_000 });
  const child = spawn(process.execPath, [EVP, ...args], {
    name: "xterm-256color",
    cols: columns,
    rows,
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
  });
  let written = "";
  child.onData((data) => {
    written += data;
    terminal.write(data);
  });
  let hasEnded = false;
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      hasEnded = true;
      terminal.write("", () => resolve(exitCode));
    });
  });
  onTestFinished(() => {
    if (!hasEnded) child.kill("SIGKILL");
    terminal.dispose();
  });

  const linesFrom = (first: number, end: number) =>
    Array.from({ length: end - first }, (_, index) => {
      return terminal.buffer.active.getLine(first + index)?.translateToString(true, 0, terminal.cols) ?? "";
    });
  const screen = () => linesFrom(terminal.buffer.active.baseY, terminal.buffer.active.baseY + terminal.rows);
  const text = () => linesFrom(0, terminal.buffer.active.length).join("\n");

  return {
    screen,
    text,
    async until(wanted, withinMs = PATIENCE_MS) {
      const isThere = () => {
        if (typeof wanted === "function") return wanted(screen());
        return typeof wanted === "string" ? text().includes(wanted) : wanted.test(text());
      };
      const deadline = performance.now() + withinMs;
      while (!isThere()) {
        if (performance.now() > deadline) throw new Error(`never saw ${wanted} on:\n${text()}`);
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
      return screen();
    },
    type: (typed) => child.write(typed),
    pressCtrlC: () => child.write(CTRL_C),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    isOnAlternateScreen: () => terminal.buffer.active.type === "alternate",
    isCursorShown: () => written.lastIndexOf(SHOW_CURSOR) >= written.lastIndexOf(HIDE_CURSOR),
    written: () => written,
    pid: child.pid,
    ended,
  };
}
