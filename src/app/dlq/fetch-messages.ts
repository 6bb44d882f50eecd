import type { Clock } from "../../ports/clock.js";
import type { Queue, ReceivedMessage } from "../../ports/queue.js";
import { letterIdOf } from "./dead-letter.js";
import { searchQueue } from "./search-queue.js";

/** A chunk is dealt with well within the time that its messages are held. */
const CHUNK_LENGTH = 100;
const CHUNK_SECONDS = 7;
const CHUNK_BYTES = 32 * 1024 * 1024;

/** Cuts a plan into parts that can be held and kept in memory at once, in order. */
export function holdableParts<Item extends { bodyBytes: number }>(
  items: Item[],
  ratePerSecond: number | undefined,
): Item[][] {
  const maxLength = Math.max(1, Math.min(CHUNK_LENGTH, Math.floor((ratePerSecond ?? CHUNK_LENGTH) * CHUNK_SECONDS)));
  const chunks: Item[][] = [];
  let chunk: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (chunk.length === maxLength || (chunk.length > 0 && bytes + item.bodyBytes > CHUNK_BYTES)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += item.bodyBytes;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

export interface Fetched {
  /** By message id; they stay in flight for the caller, for `HOLD_SECONDS` at least. */
  messages: Map<string, ReceivedMessage>;
  /** Somebody else holds messages of the DLQ: what is missing may come back. */
  heldElsewhere: boolean;
}

/** Receives those of the wanted dead letters that the DLQ hands out. */
export async function fetchMessages(
  ports: { deadLetters: Pick<Queue, "receive" | "changeVisibility" | "depth">; clock: Clock },
  messageIds: string[],
  signal: AbortSignal | undefined,
): Promise<Fetched> {
  const wanted = new Set(messageIds);
  const messages = new Map<string, ReceivedMessage>();
  const look = (message: ReceivedMessage) => {
    const id = letterIdOf(message);
    if (!wanted.has(id) || messages.has(id)) return "release";
    messages.set(id, message);
    return "keep";
  };
  const isDone = () => messages.size === wanted.size;
  const { visible } = await ports.deadLetters.depth();
  await searchQueue(ports, { look, isDone, visible, signal });
  if (isDone()) return { messages, heldElsewhere: false };
  const { inFlight } = await ports.deadLetters.depth();
  return { messages, heldElsewhere: inFlight > messages.size };
}
