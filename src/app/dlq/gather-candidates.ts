import type { ClientRecord } from "../../core/client.js";
import { decide } from "../../core/decide.js";
import type { Event } from "../../core/event.js";
import type { Fact, FactAddress, PurgedFact, RedrivenFact } from "../../core/facts.js";
import type { Rejection } from "../../core/outcome.js";
import { decidePermission } from "../../core/permission.js";
import { compareSequences, type RedriveCandidate } from "../../core/redrive.js";
import { retryCall } from "../retry-call.js";
import type { DeadLetterFilter, FoundLetter } from "./dead-letter.js";
import type { RedrivePorts } from "./redrive-dead-letters.js";
import { isCut, visitLetters } from "./visit-letters.js";

/** A candidate with what its redrive has to write. */
export interface Candidate extends RedriveCandidate {
  address: FactAddress;
  origin: FoundLetter["origin"];
  bodyBytes: number;
}

/** What a letter says by itself, without its body: there may be thousands. */
interface Examined {
  candidate: Candidate;
  event: Pick<Event, "id" | "clientId" | "type"> | undefined;
  contentHash: string | undefined;
}

/** Questions asked at once. */
const ASKED_AT_ONCE = 8;
/** Keys in one question to the registry. */
const MAX_CLIENTS = 100;

/** The dead letters that match, each judged as the processor would judge it now. */
export async function gatherCandidates(
  ports: RedrivePorts,
  filter: DeadLetterFilter,
  signal: AbortSignal | undefined,
): Promise<Candidate[]> {
  const examined: Examined[] = [];
  await visitLetters(ports, { filter, wholeBodies: true, leftovers: true, signal }, (found) => {
    examined.push(examine(ports, found));
  });
  const clients = await readClients(ports, examined);
  for (let start = 0; start < examined.length; start += ASKED_AT_ONCE) {
    if (signal?.aborted) break;
    const asked = examined.slice(start, start + ASKED_AT_ONCE);
    await Promise.all(asked.map((one) => judge(ports, one, clients)));
  }
  await lookForNewer(ports, examined, signal);
  return examined.map(({ candidate }) => candidate);
}

function examine(ports: RedrivePorts, found: FoundLetter): Examined {
  const { letter, address, origin, sequence, sentAt, settled } = found;
  const { messageId, eventId, clientId, groupId, redrives, bodyBytes } = letter;
  const isSettled = settled !== undefined;
  // A body that is still cut was not found on the DLQ.
  const isMissing = !isSettled && isCut(found);
  const state = { origin, isSettled, isMissing, refusal: undefined, hasNewer: undefined };
  const candidate = { messageId, eventId, clientId, groupId, redrives, bodyBytes, address, sequence, sentAt, ...state };
  if (isSettled || isMissing) return { candidate, event: undefined, contentHash: undefined };
  const examined = ports.examine({ body: letter.body, attributes: {}, receivedAt: ports.clock.now() });
  if (!examined.ok)
    return { candidate: { ...candidate, refusal: examined.rejection }, event: undefined, contentHash: undefined };
  const { event, contentHash } = examined;
  return { candidate, event: { id: event.id, clientId: event.clientId, type: event.type }, contentHash };
}

async function readClients({ clients, clock }: RedrivePorts, examined: Examined[]): Promise<Map<string, ClientRecord>> {
  const ids = [...new Set(examined.flatMap(({ event }) => event?.clientId ?? []))];
  const records = new Map<string, ClientRecord>();
  for (let start = 0; start < ids.length; start += MAX_CLIENTS) {
    const asked = ids.slice(start, start + MAX_CLIENTS);
    for (const [id, record] of await retryCall(clock, undefined, () => clients.get(asked))) records.set(id, record);
  }
  return records;
}

/** Permission, and what the journal has against it. */
async function judge(
  ports: RedrivePorts,
  { candidate, event, contentHash }: Examined,
  clients: Map<string, ClientRecord>,
): Promise<void> {
  if (event !== undefined) candidate.refusal = refusalOf(event, clients);
  // The journal says by itself that a rejection was dealt with; of other letters only the fact tells.
  if (candidate.origin === "journal" && (event === undefined || candidate.refusal !== undefined)) return;
  const { messageId, address } = candidate;
  const facts = await retryCall(ports.clock, undefined, () => ports.journal.read(address));
  candidate.isSettled ||= facts.some((fact) => isSettlement(fact) && fact.messageId === messageId);
  const decision = decide({ facts, messageId: REDRIVEN, contentHash, now: ports.clock.now() });
  if (event !== undefined && decision.do === "conflict") candidate.refusal ??= conflict(decision.owner);
}

function refusalOf({ clientId, type }: Pick<Event, "clientId" | "type">, clients: Map<string, ClientRecord>) {
  const decision = decidePermission(clientId, type, clients.get(clientId));
  return decision.allowed ? undefined : decision.rejection;
}

/** Stands for the message id that the redriven message will have: none that the journal knows. */
const REDRIVEN = "redriven";

function isSettlement(fact: Fact): fact is RedrivenFact | PurgedFact {
  return fact.fact === "redriven" || fact.fact === "purged";
}

function conflict(owner: string): Rejection {
  return { reason: "id-conflict", detail: `message ${owner} carried the same id with other content` };
}

/** Asks group by group, from the newest letter on: what is behind newer events, so is every letter before it. */
async function lookForNewer(ports: RedrivePorts, examined: Examined[], signal: AbortSignal | undefined): Promise<void> {
  const passing = examined.filter(
    ({ candidate, event }) => event !== undefined && candidate.refusal === undefined && candidate.origin === "journal",
  );
  const groups = Map.groupBy(passing, ({ candidate }) => candidate.groupId);
  for (const group of groups.values()) {
    group.sort((one, other) => compareSequences(other.candidate.sequence, one.candidate.sequence));
    let hasNewer: boolean | undefined = false;
    for (const { candidate, event } of group) {
      if (event === undefined || signal?.aborted) continue;
      const { groupId, sequence, sentAt: since } = candidate;
      const question = { clientId: event.clientId, groupId, sequence, since };
      if (hasNewer !== true) hasNewer = await retryCall(ports.clock, signal, () => ports.journal.hasNewer(question));
      candidate.hasNewer = hasNewer;
    }
  }
}
