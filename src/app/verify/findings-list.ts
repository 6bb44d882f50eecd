import { ADVICE, type Finding, type FindingKind } from "../../core/verify-findings.js";

/** Beyond so many, findings are counted and not kept: a broken stack may have as many as events. */
const MAX_KEPT = 10_000;

/** What a finding is about; times in ms since 1970. */
export interface FindingFacts {
  kind: FindingKind;
  eventId?: string | undefined;
  clientId?: string | undefined;
  groupId?: string | undefined;
  messageId?: string | undefined;
  sentAt?: number | undefined;
  at?: number | undefined;
  detail: string;
  /** Where it is not the usual one of the kind. */
  advice?: string | undefined;
}

/** Findings as they are made. */
export class FindingsList {
  readonly findings: Finding[] = [];
  /** Findings that were made and not kept. */
  leftOut = 0;

  /** @returns undefined for a finding that is counted and not kept */
  add({ kind, detail, advice = ADVICE[kind], ...facts }: FindingFacts): Finding | undefined {
    const { eventId = null, clientId = null, groupId = null, messageId = null } = facts;
    const times = { sentAt: isoOf(facts.sentAt), at: isoOf(facts.at) };
    const finding = { kind, eventId, clientId, groupId, messageId, ...times, detail, advice, repaired: false };
    if (this.findings.length === MAX_KEPT) {
      this.leftOut += 1;
      return undefined;
    }
    this.findings.push(finding);
    return finding;
  }
}

function isoOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
