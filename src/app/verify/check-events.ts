import type { ClientRecord } from "../../core/client.js";
import type { AcceptedFact } from "../../core/facts.js";
import { GroupWatch, type PublishedEvent } from "../../core/group-watch.js";
import { completes } from "../../core/retention.js";
import { type Finding, GRACE_MS, isRepairOwner, judgeUnpublished } from "../../core/verify-findings.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, StoredEvent } from "../../ports/journal.js";
import { steadyEvents } from "../replay/steady-events.js";
import { retryCall } from "../retry-call.js";
import type { FindingsList } from "./findings-list.js";

export interface CheckPorts {
  journal: Pick<Journal, "events" | "read">;
  clock: Clock;
}

/** What was found of one client: an element of `clients` of `evp verify --json`. */
export interface CheckedClient {
  clientId: string;
  /** Accepted events that were looked at. */
  checked: number;
  published: number;
  /** Of the published: by an earlier repair, and therefore behind newer events of their groups. */
  repairedBefore: number;
  /** Accepted, and then rejected: no gap, since the DLQ tells of them. */
  rejected: number;
  /** Accepted, and their owners may still publish them. */
  underWay: number;
}

/** An event that was accepted and that nobody publishes. */
export interface LostEvent extends Pick<AcceptedFact, "eventId" | "clientId" | "groupId" | "sequence" | "sentAt"> {
  /** Newer events of its group went ahead, so that its message is on the queue no more. */
  wasPassed: boolean;
  finding: Finding;
}

interface CheckOptions {
  client: ClientRecord;
  /** ms since 1970. */
  since: number;
  onLost: (lost: LostEvent) => void;
  onProgress: () => void;
  signal: AbortSignal | undefined;
}

/** Goes through a client's accepted events, newest first, and holds each against its publication. */
export async function checkEvents(
  ports: CheckPorts,
  findings: FindingsList,
  options: CheckOptions,
): Promise<CheckedClient> {
  const { client, since, onProgress, signal } = options;
  const { clientId } = client;
  const counts = { clientId, checked: 0, published: 0, repairedBefore: 0, rejected: 0, underWay: 0 };
  const watch = new GroupWatch();
  const otherTopics = new Map<string, OtherTopic>();
  const period = {
    clientId,
    since,
    until: ports.clock.now(),
    newestFirst: true,
    withoutBodies: true,
    mayMissLatest: true,
  };
  for await (const event of steadyEvents(ports, period, signal)) {
    counts.checked += 1;
    if (isPublished(event)) {
      counts.published += 1;
      if (isRepairOwner(event.published.owner)) counts.repairedBefore += 1;
      checkOrder(watch, event, findings);
      noteTopic(otherTopics, event, client);
    } else await checkUnpublished(ports, { accepted: event.accepted, watch, counts, findings, onLost: options.onLost });
    onProgress();
  }
  for (const other of otherTopics.values()) tellOtherTopic(other, findings, client);
  return counts;
}

type Published = StoredEvent & { published: NonNullable<StoredEvent["published"]> };

function isPublished(event: StoredEvent): event is Published {
  return event.published !== undefined && completes(event.published, event.accepted);
}

function checkOrder(watch: GroupWatch, { accepted, published }: Published, findings: FindingsList): void {
  const ahead = watch.published(accepted, published);
  if (ahead === undefined) return;
  const { eventId, clientId, groupId, sentAt } = accepted;
  const detail = `published behind ${ahead.eventId}, which the queue sequenced later`;
  findings.add({ kind: "out-of-order", eventId, clientId, groupId, sentAt, at: published.at, detail });
}

interface Unpublished {
  accepted: AcceptedFact;
  watch: GroupWatch;
  counts: CheckedClient;
  findings: FindingsList;
  onLost: (lost: LostEvent) => void;
}

/** Asks the journal again, which may know by now, or know of a rejection. */
async function checkUnpublished({ journal, clock }: CheckPorts, about: Unpublished): Promise<void> {
  const { accepted, watch, counts, findings, onLost } = about;
  if (clock.now() - accepted.claimedAt < GRACE_MS && !isRepairOwner(accepted.owner)) {
    counts.underWay += 1;
    return;
  }
  const facts = await retryCall(clock, undefined, () => journal.read(accepted));
  const judged = judgeUnpublished(accepted, facts, clock.now());
  if (judged.state === "under-way") counts.underWay += 1;
  else if (judged.accepted === undefined)
    counts[facts.some(({ fact }) => fact === "rejected") ? "rejected" : "published"] += 1;
  else {
    const passedBy = watch.unpublished(judged.accepted);
    const finding = addLost(findings, judged.accepted, passedBy);
    const { eventId, clientId, groupId, sequence, sentAt } = judged.accepted;
    const place = { eventId, clientId, groupId, sequence, sentAt };
    // What is not kept as a finding is found again when the others are repaired.
    if (finding !== undefined) onLost({ ...place, wasPassed: passedBy !== undefined, finding });
  }
}

function addLost(
  findings: FindingsList,
  { eventId, clientId, groupId, sentAt, at }: AcceptedFact,
  passedBy: PublishedEvent | undefined,
): Finding | undefined {
  const about = { eventId, clientId, groupId, sentAt, at };
  if (passedBy === undefined) {
    return findings.add({ kind: "never-published", ...about, detail: "accepted, and nobody has published it since" });
  }
  return findings.add({ kind: "gap", ...about, detail: `never published, while the newer ${passedBy.eventId} was` });
}

/** A topic that is not the client's, and its events there. */
interface OtherTopic {
  first: Published;
  count: number;
}

function noteTopic(others: Map<string, OtherTopic>, event: Published, { topicArn }: ClientRecord): void {
  const found = event.published.topicArn;
  if (found === topicArn) return;
  // Newest first, so that the last one noted is the first that was published there.
  others.set(found, { first: event, count: (others.get(found)?.count ?? 0) + 1 });
}

function tellOtherTopic({ first, count }: OtherTopic, findings: FindingsList, { topicArn }: ClientRecord): void {
  const { accepted, published } = first;
  const { eventId, clientId, groupId, sentAt } = accepted;
  const more = count === 1 ? "" : `, and ${count - 1} more after it`;
  const detail = `published on ${published.topicArn}${more}; its client's topic is ${topicArn}`;
  findings.add({ kind: "other-topic", eventId, clientId, groupId, sentAt, at: published.at, detail });
}
