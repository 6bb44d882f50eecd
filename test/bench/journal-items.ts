import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { toItem } from "../../src/adapters/aws/fact-items.js";
import type { JournalSettings } from "../../src/core/settings.js";
import { type BenchEvent, topicArn } from "./workload.js";

type Item = Record<string, AttributeValue>;

const MESSAGE_ID = "5fea7756-0ea4-451a-a703-a558b933e274";
const SEQUENCE = "18891212121212121212";
const NOW = Date.UTC(2026, 10, 21, 10);
const EXPIRES_AT = NOW / 1000 + 30 * 24 * 60 * 60;

/** The items that evp's journal holds of one published event. */
export function journalItems(event: BenchEvent, settings: JournalSettings): { accepted: Item; published: Item } {
  const address = { eventId: event.id, clientId: event.clientId, owner: MESSAGE_ID, sequence: SEQUENCE };
  const times = { at: NOW, expiresAt: EXPIRES_AT };
  const { payload: _, ...envelope }: { payload: object } & Envelope = JSON.parse(event.body);
  const accepted = {
    ...address,
    ...times,
    fact: "accepted" as const,
    envelope,
    body: event.body,
    contentHash: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
    groupId: event.groupId,
    claimedAt: NOW,
    sentAt: NOW,
    receivedAt: NOW,
  };
  const published = {
    ...address,
    ...times,
    fact: "published" as const,
    topicArn: topicArn(event.clientId),
    snsMessageId: MESSAGE_ID,
  };
  return { accepted: toItem(accepted, settings), published: toItem(published, settings) };
}

interface Envelope {
  id: string;
  clientId: string;
  type: string;
  version: string;
  source: string;
  timestamp: string;
  key: string;
}
