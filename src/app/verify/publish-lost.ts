import { isEvpError } from "../../core/errors.js";
import type { PublishedFact } from "../../core/facts.js";
import { clientMessage } from "../../core/replay-message.js";
import { publishedExpiry } from "../../core/retention.js";
import { isCallError } from "../../ports/call.js";
import { OrderedSender, type Settled } from "../ordered-sender.js";
import { createClientPermit } from "../replay/client-permit.js";
import { type PermittedMessage, permittedSend, topicDoor, unasked } from "../replay/permitted-send.js";
import { recordFacts } from "../replay/record-facts.js";
import { type ClaimedEvent, leave, type RepairPorts } from "./repair-events.js";

interface PublishOptions {
  /** Keeps the right to repair. */
  keep: () => Promise<void>;
  onProgress: (text: string) => void;
  signal: AbortSignal | undefined;
}

interface OutgoingEvent extends PermittedMessage {
  claimed: ClaimedEvent;
}

/**
 * Publishes events that this repair owns, client by client, and records each under its owner. The event id keeps a topic from taking
 * one that it took within the last 5 minutes. @returns how many were published
 */
export async function publishLost(
  ports: RepairPorts,
  events: ClaimedEvent[],
  { keep, onProgress, signal }: PublishOptions,
): Promise<number> {
  let published = 0;
  const onSettled = async (settled: Settled<OutgoingEvent>[]) => {
    // Batches settle at the same time: what one adds must not be read before it is there.
    const count = await settle(ports, settled);
    published += count;
    onProgress(`Publishing: ${published} of ${events.length}`);
  };
  for (const [clientId, ofClient] of Map.groupBy(events, ({ lost }) => lost.clientId)) {
    const send = permittedSend(topicDoor(ports.publisher), createClientPermit(ports, clientId), keep);
    const sender = new OrderedSender<OutgoingEvent>({ send, clock: ports.clock, onSettled, signal });
    try {
      for (const claimed of ofClient) await sender.offer(outgoing(ports, claimed));
      await sender.finish();
    } catch (error) {
      if (!isAboutClient(error)) throw error;
      for (const { lost } of ofClient) if (!lost.finding.repaired) leave(lost, error.message);
    }
  }
  return published;
}

/** One client that is gone or disabled, or whose topic is, does not hold up the others. */
function isAboutClient(error: unknown): error is Error {
  if (isEvpError(error)) return error.code === "client-unknown" || error.code === "client-inactive";
  return isCallError(error);
}

function outgoing({ triage }: RepairPorts, claimed: ClaimedEvent): OutgoingEvent {
  const { accepted } = claimed;
  return { ...unasked(clientMessage(accepted, triage), accepted.envelope.type), claimed };
}

async function settle(ports: RepairPorts, settled: Settled<OutgoingEvent>[]): Promise<number> {
  const at = ports.clock.now();
  const facts = settled.flatMap(({ item, result }): PublishedFact[] => {
    const { accepted, lost } = item.claimed;
    if (!result.ok) leave(lost, result.fault.message);
    else if (item.isForbidden) leave(lost, `its client may not have ${item.type} now (evp client allow)`);
    if (!result.ok || item.isForbidden) return [];
    const { eventId, clientId, owner } = accepted;
    const { messageId: snsMessageId, sequence } = result;
    const expiresAt = publishedExpiry(accepted);
    return [
      { fact: "published", eventId, clientId, owner, topicArn: item.topicArn, snsMessageId, sequence, at, expiresAt },
    ];
  });
  await recordFacts(ports, facts);
  const recorded = new Set(facts.map(({ eventId }) => eventId));
  for (const { item } of settled)
    if (recorded.has(item.claimed.lost.eventId)) item.claimed.lost.finding.repaired = true;
  return facts.length;
}
