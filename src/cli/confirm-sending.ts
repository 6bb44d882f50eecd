import type { Settings } from "../core/settings.js";
import type { Invocation } from "./command-spec.js";
import { assertAskable, confirm } from "./confirm.js";

/**
 * Asks before something is sent that cannot be taken back. On the embedded stack it only asks whoever sits at a terminal; elsewhere
 * nothing is sent without an answer or `--yes`.
 * @throws EvpError (usage) when there is nobody to ask; EvpError (failed) when the answer is no
 */
export async function confirmSending(
  invocation: Invocation,
  { target }: Pick<Settings, "target">,
  question: string,
): Promise<void> {
  const { context, globals } = invocation;
  const isWatched = globals.input && context.stdin.isTTY === true && context.stderr.isTTY === true;
  if (target.kind === "local" && !isWatched) return;
  await confirm(invocation, question);
}

/** Fails early where nobody would answer the question. @throws EvpError (usage) */
export function assertSendable(invocation: Invocation, { target }: Pick<Settings, "target">, question: string): void {
  if (target.kind !== "local") assertAskable(invocation, question);
}
