import type { AwsRequest } from "./aws-request.js";

/** One entry of a publish call. */
export interface Publication {
  /** The entry's id in its call; empty in a call for one message. */
  entryId: string;
  topic: string;
  eventId: string;
  groupId: string;
}

/** The entries of a Publish or PublishBatch request; none for any other. The event is named by the attribute that its client gets. */
export function readPublications({ service, action, resources, form }: AwsRequest): Publication[] {
  const [topic = ""] = resources;
  if (service !== "sns") return [];
  if (action === "Publish") return [readEntry(form, "", topic)];
  if (action !== "PublishBatch") return [];
  const prefixes = numbered(form, "PublishBatchRequestEntries.member", "Id");
  return prefixes.map((prefix) => readEntry(form, `${prefix}.`, topic));
}

function readEntry(form: URLSearchParams, prefix: string, topic: string): Publication {
  const attributes = numbered(form, `${prefix}MessageAttributes.entry`, "Name");
  const named = attributes.find((attribute) => form.get(`${attribute}.Name`) === "evp-event-id");
  return {
    entryId: form.get(`${prefix}Id`) ?? "",
    topic,
    eventId: form.get(`${named}.Value.StringValue`) ?? "",
    groupId: form.get(`${prefix}MessageGroupId`) ?? "",
  };
}

/** The prefixes `list.1`, `list.2`, … of a list of the Query protocol, by a member that each of its elements has. */
function numbered(form: URLSearchParams, list: string, member: string): string[] {
  const prefixes: string[] = [];
  for (let place = 1; form.has(`${list}.${place}.${member}`); place++) prefixes.push(`${list}.${place}`);
  return prefixes;
}

/** What an answer acknowledges: sequence numbers by entry id. Entries in its list of failures are left out. */
export function readAcknowledged(xml: string): Map<string, string> {
  const acknowledged =
    /<Successful>(.*?)<\/Successful>/s.exec(xml)?.[1] ?? /<PublishResult>.*?<\/PublishResult>/s.exec(xml)?.[0] ?? "";
  const members = acknowledged.split("</member>").filter((member) => member.includes("<SequenceNumber>"));
  return new Map(members.map((member) => [textOf(member, "Id"), textOf(member, "SequenceNumber")]));
}

function textOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
}
