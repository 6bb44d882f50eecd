import type { Fact, FactAddress } from "../../core/facts.js";
import { type Item, readText, text } from "./attribute-values.js";

/** Partition key of the journal's table. */
export const EVENT_ID = "eventId";
/** Sort key of the journal's table: `<clientId>#<fact>`, and `#<messageId>` or `#<replayId>` behind it where the fact is about one message or replay. */
export const FACT = "fact";

/** Client ids hold no `#`, and neither do message ids. */
const SEPARATOR = "#";

/** What a sort key tells. */
interface FactKey {
  clientId: string;
  fact: string;
  /** Or the replay id. */
  messageId: string;
}

/** The key under which a fact lies, or would lie: `messageId` for the facts about one message. */
export function factKey(address: FactAddress, fact: Fact["fact"], messageId?: string): Item {
  const parts = messageId === undefined ? [address.clientId, fact] : [address.clientId, fact, messageId];
  return { [EVENT_ID]: text(address.eventId), [FACT]: text(parts.join(SEPARATOR)) };
}

export function readFactKey(item: Item): FactKey {
  const [clientId = "", fact = "", messageId = ""] = readText(item, FACT).split(SEPARATOR);
  return { clientId, fact, messageId };
}

/** What every sort key of a client begins with. */
export function factPrefix(clientId: string): string {
  return clientId + SEPARATOR;
}

/** The key of an item as one text, to find it among others. */
export function keyText(item: Item): string {
  return `${readText(item, EVENT_ID)}\n${readText(item, FACT)}`;
}
