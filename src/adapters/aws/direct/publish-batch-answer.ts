/** What PublishBatch answers, as the SDK tells it. */
interface PublishBatchAnswer {
  Successful: { Id?: string; MessageId?: string; SequenceNumber?: string }[];
  Failed: never[];
}

/** An answer that has no failures, and no text that would have to be unescaped ("PublishBatch", Amazon SNS API reference). */
const ALL_TAKEN =
  /^(?:<\?xml[^>]*\?>)?\s*<PublishBatchResponse[^>]*>\s*<PublishBatchResult>\s*(?:<Failed\s*\/>|<Failed>\s*<\/Failed>)?\s*<Successful>((?:\s*<member>(?:\s*<(?:Id|MessageId|SequenceNumber)>[^<&]*<\/\w+>)*\s*<\/member>)*)\s*<\/Successful>\s*(?:<Failed\s*\/>|<Failed>\s*<\/Failed>)?\s*<\/PublishBatchResult>/;
const MEMBER_END = "</member>";
const FIELD = /<(Id|MessageId|SequenceNumber)>([^<]*)</g;

/** Reads the answer in which every entry is taken, as nearly all are. @returns undefined for any other, which the SDK reads */
export function readAllTaken(xml: string): PublishBatchAnswer | undefined {
  const members = ALL_TAKEN.exec(xml)?.[1];
  if (members === undefined) return undefined;
  const Successful = members.split(MEMBER_END).slice(0, -1).map(readMember);
  return { Successful, Failed: [] };
}

function readMember(member: string): PublishBatchAnswer["Successful"][number] {
  return Object.fromEntries(Array.from(member.matchAll(FIELD), ([, name, text]) => [name, text]));
}
