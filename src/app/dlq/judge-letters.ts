import type { ClientRecord } from "../../core/client.js";
import { decide } from "../../core/decide.js";
import type { Event } from "../../core/event.js";
import type { Examine } from "../../core/examine.js";
import type { Fact, FactAddress, PurgedFact, RedrivenFact } from "../../core/facts.js";
import type { Rejection } from "../../core/outcome.js";
import { decidePermission } from "../../core/permission.js";
import { compareSequences, type RedriveCandidate } from "../../core/redrive.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { retryCall } from "../retry-call.js";
import type { FoundLetter } from "./dead-letter.js";
import { isCut } from "./visit-letters.js";

export interface JudgePorts {
  journal: Pick<Journal, "read" | "hasNewer">;
  clients: Pick<ClientRegistry, "get">;
  /** With schemas: judges whether an event would pass now. */
  examine: Examine;
  clock: Clock;
}

/** A candidate with what its redrive has to write. */
export interface Candidate extends RedriveCandidate {
  address: FactAddress;
  origin: FoundLetter["origin"];
  bodyBytes: number;
  /** An operator's edited copy, which goes in the place of the body. */
  copy?: { body: string; changes: string } | undefined;
}

/** What a letter says by itself, without its body: there may be thousands. */
export interface ExaminedLetter {
  candidate: Candidate;
  event: Pick<Event, "id" | "clientId" | "type"> | undefined;
  contentHash: string | undefined;
}

/** Questions asked at once. */
const ASKED_AT_ONCE = 8;
/** Keys in one question to the registry. */
const MAX_CLIENTS = 100;

/** What a letter, or the copy that goes in its place, is by itself. */
export function examineLetter(ports: JudgePorts, found: FoundLetter, copy?: Candidate["copy"]): ExaminedLetter {
  const { letter, address, origin, sequence, sentAt, settled } = found;
  const { messageId, eventId, clientId, groupId, redrives, bodyBytes } = letter;
  const isSettled = settled !== undefined;
  // A body that is still cut was not found on the DLQ.
  const isMissing = !isSettled && isCut(found);
  const state = { origin, isSettled, isMissing, refusal: undefined, hasNewer: undefined, copy };
  const candidate = { messageId, eventId, clientId, groupId, redrives, bodyBytes, address, sequence, sentAt, ...state };
  if (isSettled || isMissing) return { candidate, event: undefined, contentHash: undefined };
  const body = copy?.body ?? letter.body;
  const examined = ports.examine({ body, attributes: {}, receivedAt: ports.clock.now(), beside: besideOf(letter) });
  if (!examined.ok)
    return { candidate: { ...candidate, refusal: examined.rejection }, event: undefined, contentHash: undefined };
  const { event, contentHash } = examined;
  return { candidate, event: { id: event.id, clientId: event.clientId, type: event.type }, contentHash };
}

/** What the redriven message will have beside its body. */
function besideOf({ messageId, eventId, clientId, type, groupId }: FoundLetter["letter"]) {
  const known = { id: eventId ?? undefined, clientId: clientId ?? undefined, type: type ?? undefined };
  return { messageId, groupId, known };
}

/** Judges letters as the processor would judge them now: permission, what the journal has against them, and what went ahead of them. */
export async function judgeLetters(
  ports: JudgePorts,
  examined: ExaminedLetter[],
  signal: AbortSignal | undefined,
): Promise<Candidate[]> {
  const clients = await readClients(ports, examined);
  for (let start = 0; start < examined.length; start += ASKED_AT_ONCE) {
    if (signal?.aborted) break;
    const asked = examined.slice(start, start + ASKED_AT_ONCE);
    await Promise.all(asked.map((one) => judge(ports, one, clients)));
  }
  await lookForNewer(ports, examined, signal);
  return examined.map(({ candidate }) => candidate);
}

async function readClients(
  { clients, clock }: JudgePorts,
  examined: ExaminedLetter[],
): Promise<Map<string, ClientRecord>> {
  const ids = [...new Set(examined.flatMap(({ event }) => event?.clientId ?? []))];
  const records = new Map<string, ClientRecord>();
  for (let start = 0; start < ids.length; start += MAX_CLIENTS) {
    const asked = ids.slice(start, start + MAX_CLIENTS);
    for (const [id, record] of await retryCall(clock, undefined, () => clients.get(asked))) records.set(id, record);
  }
  return records;
}

async function judge(
  ports: JudgePorts,
  { candidate, event, contentHash }: ExaminedLetter,
  clients: Map<string, ClientRecord>,
): Promise<void> {
  if (event !== undefined) candidate.refusal = refusalOf(event, clients);
  const { messageId, address, origin } = candidate;
  const read = (asked: FactAddress) => retryCall(ports.clock, undefined, () => ports.journal.read(asked));
  // The journal says by itself that a rejection was dealt with; of other letters only the fact tells.
  if (origin === "queue") {
    const facts = await read(address);
    candidate.isSettled ||= facts.some((fact) => isSettlement(fact) && fact.messageId === messageId);
  }
  if (event === undefined || candidate.refusal !== undefined) return;
  const facts = await read({ eventId: event.id, clientId: event.clientId });
  Object.assign(candidate, expect({ facts, contentHash, now: ports.clock.now() }));
}

/** Stands for the message id that the redriven message will have: none that the journal knows. */
const REDRIVEN = "redriven";

type Expected = Pick<Candidate, "refusal" | "publishedBy" | "suppressedUntil">;

/** What the processor would find in the journal. */
function expect(known: { facts: Fact[]; contentHash: string | undefined; now: number }): Partial<Expected> {
  const decision = decide({ ...known, messageId: REDRIVEN });
  if (decision.do === "conflict") return { refusal: conflict(decision.owner) };
  if (decision.do === "duplicate") return { publishedBy: decision.owner };
  return decision.do === "wait" ? { suppressedUntil: decision.until } : {};
}

function refusalOf({ clientId, type }: Pick<Event, "clientId" | "type">, clients: Map<string, ClientRecord>) {
  const decision = decidePermission(clientId, type, clients.get(clientId));
  return decision.allowed ? undefined : decision.rejection;
}

function isSettlement(fact: Fact): fact is RedrivenFact | PurgedFact {
  return fact.fact === "redriven" || fact.fact === "purged";
}

function conflict(owner: string): Rejection {
  return { reason: "id-conflict", detail: `message ${owner} carried the same id with other content` };
}

/** Asks group by group, from the newest letter on: what is behind newer events, so is every letter before it. */
async function lookForNewer(
  ports: JudgePorts,
  examined: ExaminedLetter[],
  signal: AbortSignal | undefined,
): Promise<void> {
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
