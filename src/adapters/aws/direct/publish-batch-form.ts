/** The input of PublishBatch as evp makes it. */
interface PublishBatch {
  TopicArn: string;
  PublishBatchRequestEntries: {
    Id: string;
    Message: string;
    MessageGroupId: string;
    MessageDeduplicationId: string;
    MessageAttributes?: Record<string, { DataType: string; StringValue: string }> | undefined;
  }[];
}

export function isPublishBatch(input: unknown): input is PublishBatch {
  return typeof input === "object" && input !== null && "PublishBatchRequestEntries" in input;
}

/** The parameters behind `Action` and `Version`, as the Query protocol numbers them ("PublishBatch", Amazon SNS API reference). */
export function publishBatchForm({ TopicArn, PublishBatchRequestEntries }: PublishBatch): string {
  let form = `&TopicArn=${percentEncode(TopicArn)}`;
  for (const [index, entry] of PublishBatchRequestEntries.entries()) {
    const prefix = `&PublishBatchRequestEntries.member.${index + 1}.`;
    form +=
      `${prefix}Id=${percentEncode(entry.Id)}${prefix}Message=${percentEncode(entry.Message)}` +
      `${prefix}MessageGroupId=${percentEncode(entry.MessageGroupId)}` +
      `${prefix}MessageDeduplicationId=${percentEncode(entry.MessageDeduplicationId)}`;
    let number = 0;
    for (const [name, { DataType, StringValue }] of Object.entries(entry.MessageAttributes ?? {})) {
      const attribute = `${prefix}MessageAttributes.entry.${++number}.`;
      form += `${attribute}Name=${percentEncode(name)}${attribute}Value.DataType=${percentEncode(DataType)}`;
      form += `${attribute}Value.StringValue=${percentEncode(StringValue)}`;
    }
  }
  return form;
}

/** RFC 3986: these five are reserved there, and `encodeURIComponent` leaves them. */
const LEFT_OVER = /[!'()*]/g;

function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(LEFT_OVER, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}
