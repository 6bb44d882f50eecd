import { outagesFor, outageText } from "./outages.js";
import { remediesFor } from "./remedies.js";
import { messagesOn, processorsText, type Surroundings } from "./surroundings.js";

/**
 * Why an event has no outcome yet.
 *
 * `blocked`: its message is at the head of a group that waits for an operator · `behind`: it waits behind such a head ·
 * `stalled`: a processor gave its group back, and tries again later · `no-processor` · `down`: something that processors need
 * is out of order · `left`: nothing is on the queue any more that could publish it · `in-work`
 */
type WaitingWhy = "blocked" | "behind" | "stalled" | "no-processor" | "down" | "left" | "in-work";

export interface Waiting {
  why: WaitingWhy;
  /** One sentence without its full stop. */
  detail: string;
  /** Since when, ms since 1970; undefined where nobody knows. */
  since: number | undefined;
  /** What can be done, the best first. */
  hints: string[];
}

/** An event that is stored or redriven, and has no outcome. */
interface OpenEvent {
  groupId: string;
  /** The message by which it is to be published. */
  messageId: string;
  /** When it was heard of last, ms since 1970. */
  at: number;
  /** Name of its client's topic; undefined where it names no client. */
  topic: string | undefined;
}

/** A message on its way to the queue, or just taken, is on no count for a moment; and the counts of AWS lag by up to a minute ("GetQueueAttributes"). */
const COUNTS_LAG_MS = 2 * 60_000;

/** What keeps an event, the surest reason first. `now`: ms since 1970 */
export function explainWaiting(event: OpenEvent, around: Surroundings, now: number): Waiting {
  const { groupId, messageId } = event;
  const blocked = around.blocked.find((group) => group.groupId === groupId);
  if (blocked !== undefined) {
    const { reason, detail, since, eventId } = blocked;
    if (blocked.messageId === messageId) {
      return { why: "blocked", detail: `${reason}: ${detail}`, since, hints: remediesFor(blocked) };
    }
    const head = eventId === undefined ? `message ${blocked.messageId}` : `event ${eventId}`;
    return {
      why: "behind",
      detail: `it waits behind ${head}, which waits for an operator: ${reason}: ${detail}`,
      since,
      hints: [`evp why ${eventId ?? blocked.messageId} tells what can be done`],
    };
  }
  const stalled = around.processors.flatMap((report) => report.stalled).find((group) => group.groupId === groupId);
  if (stalled !== undefined) {
    const { why: detail, since } = stalled;
    return { why: "stalled", detail: `its group was given back to the queue: ${detail}`, since, hints: [TRIED_AGAIN] };
  }
  return explainGenerally(event, around, now);
}

const TRIED_AGAIN = "it is tried again by itself, at growing intervals of up to 15 minutes";

function explainGenerally({ at, topic }: OpenEvent, { ingress, processors }: Surroundings, now: number): Waiting {
  if (messagesOn(ingress) === 0 && now - at > COUNTS_LAG_MS) {
    const detail = "nothing is on the ingress queue any more that could publish it";
    return {
      why: "left",
      detail,
      since: at,
      hints: ["evp verify finds such events, and with --repair publishes them"],
    };
  }
  if (processors.length === 0) {
    return { why: "no-processor", detail: processorsText(processors), since: undefined, hints: ["evp process"] };
  }
  const [down] = outagesFor(processors, topic);
  if (down !== undefined) {
    const hints = ["processors go on by themselves once it works again"];
    return { why: "down", detail: outageText(down), since: down.since, hints };
  }
  return { why: "in-work", detail: processorsText(processors), since: at, hints: ["ask again in a moment"] };
}
