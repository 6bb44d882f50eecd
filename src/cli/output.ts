import type { Spinner } from "../ui/spinner.js";
import type { Style } from "../ui/style.js";
import type { CliContext, OutputStream } from "./context.js";
import type { GlobalFlags } from "./global-flags.js";
import { writeText } from "./write-stream.js";

/** Results go to stdout, everything else to stderr. */
export interface Output {
  isJson: boolean;
  isQuiet: boolean;
  isVerbose: boolean;
  /** Unless `--no-color` or NO_COLOR says otherwise; a stream that is no terminal gets none anyway. */
  isColourWanted: boolean;
  /** The one result of a command: with `--json` the document, otherwise what `render` makes of it. */
  result<Document>(document: Document, render: (document: Document, style: Style) => string): Promise<void>;
  /** A list as the result. An empty one is `[]` with `--json`, and otherwise `whenEmpty` on stderr. */
  list<Item>(items: Item[], render: (items: Item[], style: Style) => string, whenEmpty: string): Promise<void>;
  /** One of a stream of results: with `--json` a line of NDJSON. */
  record<Item>(item: Item, render: (item: Item, style: Style) => string): Promise<void>;
  /** What the reader may like to know while it goes on. */
  note(text: string): void;
  /** Something to show on stderr even with `--quiet`. */
  warn(text: string): void;
  /** Shows on stderr, while somebody watches, that something is going on. */
  spin(text: string): Promise<Spinner>;
  /** Whether a view that redraws itself has its place: somebody watches stderr and wants more than results. */
  canAnimate: boolean;
}

export function createOutput(context: CliContext, globals: GlobalFlags): Output {
  const isJson = globals.json === true;
  const isQuiet = globals.quiet === true;
  const isColourWanted = globals.color && (context.env.NO_COLOR ?? "") === "";
  // A terminal that says it has no columns cannot be drawn on.
  const canAnimate = context.stderr.isTTY === true && context.stderr.columns !== 0 && !isJson && !isQuiet;
  const styleOf = lazyStyles(isColourWanted);
  const show = async <Value>(value: Value, render: (value: Value, style: Style) => string) =>
    writeText(context.stdout, render(value, await styleOf(context.stdout)));

  return {
    isJson,
    isQuiet,
    isVerbose: globals.verbose === true,
    isColourWanted,
    canAnimate,
    async result(document, render) {
      if (isJson) await writeJsonDocument(context.stdout, document);
      else await show(document, render);
    },
    async list(items, render, whenEmpty) {
      if (isJson) await writeJsonDocument(context.stdout, items);
      else if (items.length > 0) await show(items, render);
      else if (!isQuiet) context.stderr.write(`${whenEmpty}\n`);
    },
    async record(item, render) {
      if (!isJson) return show(item, render);
      const { jsonLine } = await import("../ui/json.js");
      await writeText(context.stdout, jsonLine(item));
    },
    note(text) {
      if (!isQuiet) context.stderr.write(`${text}\n`);
    },
    warn(text) {
      context.stderr.write(`${text}\n`);
    },
    async spin(text) {
      if (!canAnimate) return NO_SPINNER;
      const { startSpinner } = await import("../ui/spinner.js");
      return startSpinner(context.stderr, text, isColourWanted);
    },
  };
}

const NO_SPINNER: Spinner = { say: () => undefined, stop: () => undefined };

async function writeJsonDocument(stream: OutputStream, document: unknown): Promise<void> {
  const { jsonDocument } = await import("../ui/json.js");
  await writeText(stream, jsonDocument(document));
}

function lazyStyles(isColourWanted: boolean): (stream: OutputStream) => Promise<Style> {
  const styles = new Map<OutputStream, Promise<Style>>();
  return (stream) => {
    const style = styles.get(stream) ?? import("../ui/style.js").then((ui) => ui.styleFor(stream, isColourWanted));
    styles.set(stream, style);
    return style;
  };
}
