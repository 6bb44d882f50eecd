import type { HeldLoad } from "./held-load.js";

/** Answers one call of SNS or STS. */
type QueryAnswer = (form: string, load: HeldLoad) => string;

const SNS = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';
const STS = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
const METADATA = "<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>";
const ACKNOWLEDGED = `<MessageId>00000000-0000-0000-0000-000000000000</MessageId><SequenceNumber>10000000000000000001</SequenceNumber>`;
const UNAVAILABLE = "<Code>InternalError</Code><Message>the topic is down</Message><SenderFault>false</SenderFault>";

/** The calls of SNS and STS (Query protocol) that anybody here makes, by their action. */
export const QUERY_ANSWERS: Record<string, QueryAnswer> = {
  GetCallerIdentity: () =>
    `<GetCallerIdentityResponse ${STS}><GetCallerIdentityResult><Account>000000000000</Account></GetCallerIdentityResult>${METADATA}</GetCallerIdentityResponse>`,
  Publish: (form, load) => {
    for (const eventId of valuesOf("MessageDeduplicationId", form)) load.publish(eventId);
    return `<PublishResponse ${SNS}><PublishResult>${ACKNOWLEDGED}</PublishResult>${METADATA}</PublishResponse>`;
  },
  PublishBatch: (form, load) => {
    const ids = valuesOf("Id", form);
    const outcomes = valuesOf("MessageDeduplicationId", form).map((eventId, index) => ({
      id: `<Id>${ids[index]}</Id>`,
      isTaken: load.publish(eventId),
    }));
    const taken = outcomes.filter(({ isTaken }) => isTaken).map(({ id }) => member(id + ACKNOWLEDGED));
    const failed = outcomes.filter(({ isTaken }) => !isTaken).map(({ id }) => member(id + UNAVAILABLE));
    const result = `<Successful>${taken.join("")}</Successful><Failed>${failed.join("")}</Failed>`;
    return `<PublishBatchResponse ${SNS}><PublishBatchResult>${result}</PublishBatchResult>${METADATA}</PublishBatchResponse>`;
  },
};

function member(content: string): string {
  return `<member>${content}</member>`;
}

/** The values of a parameter in all members of a list, in their order. An equals sign in a text is escaped, so that this finds names only. */
function valuesOf(name: string, form: string): string[] {
  const found = form.matchAll(new RegExp(`[.&]${name}=([^&]*)`, "g"));
  return Array.from(found, ([, value = ""]) => value);
}
