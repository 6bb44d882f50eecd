import type { ClientRecord } from "../../../src/core/client.js";
import type { Call } from "../call.js";
import { type RegistryHistory, refusalOf } from "../registry-history.js";
import type { Ledger, Story } from "./ledger.js";

/** P5: a rejection is for what is wrong with the message, and for nothing that has gone wrong around it. */
export function createRejectionCheck(ledger: Ledger, history: RegistryHistory) {
  /** The client's states since the message was received: a refusal is founded on one of them. */
  function statesSince({ sent, receipts }: Story, call: Call): (ClientRecord | undefined)[] {
    const receivedAt = receipts.get(call.run.name)?.at ?? Number.POSITIVE_INFINITY;
    return history.during(sent.clientId, receivedAt, call.begunAt);
  }

  function isRight(story: Story, call: Call, reason: string): boolean {
    const { sent } = story;
    if (sent.flaw !== undefined && sent.flaw !== "delivery-refused") return reason === sent.flaw;
    if (PERMISSION.has(reason))
      return statesSince(story, call).some((client) => refusalOf(client, sent.type) === reason);
    return reason === "id-conflict" ? hasRival(ledger, story) : reason === sent.flaw;
  }

  /** A rejection was recorded by a call. */
  return (call: Call, story: Story, reason: string): void => {
    const { ordinal } = story.sent;
    if (!isRight(story, call, reason))
      ledger.accuse(`P5: message ${ordinal} was rejected as ${reason}, which it is not`);
    if (statesSince(story, call).every((client) => client?.poisonPolicy === "block"))
      ledger.accuse(`P2: message ${ordinal} was rejected although its client's groups are to wait`);
  };
}

const PERMISSION = new Set(["client-unknown", "client-inactive", "type-forbidden"]);

function hasRival(ledger: Ledger, { sent }: Story): boolean {
  const rivals = ledger.stories.values().filter((other) => other.sent.eventKey === sent.eventKey);
  return rivals.some((other) => other.sent.content !== sent.content && other.receipts.size > 0);
}
