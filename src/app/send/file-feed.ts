import { EvpError } from "../../core/errors.js";
import type { PreparedEvent } from "./prepare-event.js";
import type { Preparer } from "./preparer.js";
import { readSource } from "./read-source.js";
import type { BrokenLine } from "./send-report.js";

/** What comes next of a source: an event to send, or one that is broken. */
export type Fed = { event: PreparedEvent } | { broken: BrokenLine };

interface FeedOptions {
  /** Send what is broken as it is. */
  raw: boolean;
  /** Give each event an id of its own: the source is played again. */
  freshIds: boolean;
}

/** The wanted events of a file or a stream, prepared one by one. */
export async function* readFeed(
  chunks: AsyncIterable<Uint8Array>,
  preparer: Preparer,
  { raw, freshIds }: FeedOptions,
): AsyncGenerator<Fed> {
  for await (const item of readSource(chunks)) {
    if ("problem" in item) {
      yield { broken: { line: item.line, detail: item.problem } };
      continue;
    }
    const { event, problem } = preparer.prepare({ body: item.text }, freshIds ? [preparer.freshId()] : []);
    if (problem !== undefined && !raw) {
      yield { broken: { line: item.line, detail: `${problem.reason}: ${problem.detail}` } };
    } else if (preparer.isWanted(event)) yield { event };
  }
}

/**
 * Reads a whole file before any of it is sent.
 * @returns how many events it holds that are wanted
 * @throws EvpError (usage) that names the first broken line and says how many others there are
 */
export async function checkFile(name: string, feed: AsyncGenerator<Fed>, allowsBroken: boolean): Promise<number> {
  let wanted = 0;
  let brokenLines = 0;
  let first: BrokenLine | undefined;
  for await (const fed of feed) {
    if ("event" in fed) wanted += 1;
    else {
      brokenLines += 1;
      first ??= fed.broken;
    }
  }
  if (first !== undefined && !allowsBroken) throw fileBroken(name, first, brokenLines - 1);
  if (wanted === 0) {
    throw new EvpError(`${name} holds no event to send`, {
      code: "nothing-to-send",
      category: "usage",
      hint:
        brokenLines > 0
          ? `${brokenLines} broken events were left out`
          : "check --client and --type, and that the file is the right one",
    });
  }
  return wanted;
}

function fileBroken(name: string, { line, detail }: BrokenLine, others: number): EvpError {
  const more = others === 0 ? "" : `; ${others} more broken ${others === 1 ? "event" : "events"}`;
  return new EvpError(`${name}, line ${line}: ${detail}${more}; nothing was sent`, {
    code: "file-broken",
    category: "usage",
    hint: "Mend it, leave broken events out with --skip-invalid, or send them as they are with --raw.",
  });
}
