import { MINUTE } from "../times.js";
import type { Ledger } from "./ledger.js";

/** An event whose client's topic works has its outcome by then, whatever another client's topic does. */
const PROMPT_MS = 2 * MINUTE;

/** P5: one client's topic failing holds up only that client's groups; where nothing fails, nothing is held up. `troubled`: the client whose topic fails */
export function checkPromptness(ledger: Ledger, troubled: string | undefined, now: number): void {
  const stories = [...ledger.stories.values()];
  const heldUp = new Set(stories.filter(({ sent }) => sent.clientId === troubled).map(({ sent }) => sent.groupId));
  for (const { sent, outcome } of stories) {
    if (!heldUp.has(sent.groupId) && outcome === undefined && now - sent.sentAt > PROMPT_MS)
      ledger.accuse(
        `P5: message ${sent.ordinal} for ${sent.clientId} is held up while ${troubled === undefined ? "nothing fails" : `the topic of ${troubled} fails`}`,
      );
  }
}
