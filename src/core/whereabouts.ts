import { depthText, messagesOn, processorsText, type Surroundings } from "./surroundings.js";

/** Where an event may be that the journal does not know. */
export interface Place {
  place: "other-client" | "ingress" | "dlq" | "other-stack" | "deduplicated" | "forgotten" | "never-sent";
  likelihood: "likely" | "possible" | "unlikely";
  /** What speaks for it or against it, in a sentence or two. */
  detail: string;
  /** What to look at, or to do. */
  hint?: string | undefined;
}

/** An event id of which nothing was found, and where that was looked for. */
export interface Unknown {
  eventId: string;
  /** Who else has an event of this id, where only one client's was asked for. */
  otherClients: readonly string[];
  target: string;
  stack: string;
  retentionDays: number;
}

const RANKS = { likely: 0, possible: 1, unlikely: 2 } as const;

/** Every place, the likeliest first. */
export function whereabouts(unknown: Unknown, around: Surroundings): Place[] {
  const places: Place[] = [
    ...otherClients(unknown),
    ingress(around),
    deadLetters(around),
    otherStack(unknown),
    DEDUPLICATED,
    forgotten(unknown),
    NEVER_SENT,
  ];
  return places.sort((one, other) => RANKS[one.likelihood] - RANKS[other.likelihood]);
}

function otherClients({ eventId, otherClients: clients }: Unknown): Place[] {
  if (clients.length === 0) return [];
  const detail = `an event of this id is known of ${clients.join(", ")}`;
  return [{ place: "other-client", likelihood: "likely", detail, hint: `evp why ${eventId}` }];
}

function ingress({ ingress: depth, processors, blocked }: Surroundings): Place {
  if (messagesOn(depth) === 0) {
    return { place: "ingress", likelihood: "unlikely", detail: "still on the ingress queue: but nothing is on it" };
  }
  const groups =
    blocked.length === 1
      ? "1 group waits for an operator, with all that is behind its head"
      : `${blocked.length} groups wait for an operator, with all that is behind their heads`;
  const blocks = blocked.length === 0 ? "" : `; ${groups}`;
  const hint = processors.length === 0 ? "evp process" : blocked.length > 0 ? "evp groups" : "ask again in a moment";
  const detail = `still on the ingress queue: ${depthText(depth)}; ${processorsText(processors)}${blocks}`;
  return { place: "ingress", likelihood: "likely", detail, hint };
}

function deadLetters({ dlq }: Surroundings): Place {
  if (messagesOn(dlq) === 0) {
    return { place: "dlq", likelihood: "unlikely", detail: "on the DLQ without a record: but nothing is on it" };
  }
  return {
    place: "dlq",
    likelihood: "possible",
    detail:
      "on the DLQ, under its message id because its body names no valid id or client, or moved there by the queue itself, which leaves no record",
    hint: "evp dlq list",
  };
}

function otherStack({ target, stack }: Unknown): Place {
  return {
    place: "other-stack",
    likelihood: "possible",
    detail: `sent to another stack or target: this is stack ${stack} on ${target}`,
    hint: "name another with --stack and --target",
  };
}

const DEDUPLICATED: Place = {
  place: "deduplicated",
  likelihood: "possible",
  detail:
    "dropped by the queue: within 5 minutes it takes a deduplication id once, and answers a repeated one as if it had taken it. A producer that names none gives each body its own; one that gives two events the same loses the second",
  hint: "compare the message ids that the queue answered to the producer: a dropped message gets that of the first",
};

function forgotten({ retentionDays }: Unknown): Place {
  return {
    place: "forgotten",
    likelihood: "possible",
    detail: `handled more than ${retentionDays} days ago: the journal forgets after that (journal.retentionDays)`,
  };
}

const NEVER_SENT: Place = {
  place: "never-sent",
  likelihood: "possible",
  detail: "never sent, or under another id",
  hint: "look in the producer's log for the message id that the queue answered when it was sent",
};
