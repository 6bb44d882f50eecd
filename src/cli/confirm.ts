import { EvpError } from "../core/errors.js";
import type { Invocation } from "./command-spec.js";

/**
 * Asks before something is destroyed.
 * @param question what would happen, as a question
 * @throws EvpError (usage) when there is nobody to ask and no `--yes`; EvpError (failed) when the answer is no
 */
export async function confirm(invocation: Invocation, question: string): Promise<void> {
  assertAskable(invocation, question);
  if (invocation.globals.yes === true || (await ask(invocation, question))) return;
  throw new EvpError("nothing was changed", { code: "declined", category: "failed", hint: "Answer y to go on." });
}

/** Fails early, before work is done for a question that nobody would answer. @throws EvpError (usage) */
export function assertAskable({ context, globals }: Invocation, question: string): void {
  const canAsk = globals.input && context.stdin.isTTY === true && context.stderr.isTTY === true;
  if (globals.yes === true || canAsk) return;
  throw new EvpError(`there is nobody to ask: ${question}`, {
    code: "confirmation-needed",
    category: "usage",
    hint: "Add --yes to do it without a question.",
  });
}

/** No answer, as when the input ends, is a no. @throws EvpError (interrupted) at the first signal */
async function ask({ context, stop }: Invocation, question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline");
  context.stderr.write(`${question} [y/N] `);
  // Not as a terminal, which would swallow Ctrl-C.
  const lines = createInterface({ input: context.stdin, terminal: false });
  const close = () => lines.close();
  stop.addEventListener("abort", close, { once: true });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    if (stop.aborted)
      throw new EvpError("interrupted; nothing was changed", { code: "interrupted", category: "interrupted" });
    return false;
  } finally {
    stop.removeEventListener("abort", close);
  }
}
