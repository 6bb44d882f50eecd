/** Whose queues and topics these are; part of every ARN. */
export interface Realm {
  account: string;
  region: string;
}

export function queueArn(realm: Realm, queueName: string): string {
  return `arn:aws:sqs:${realm.region}:${realm.account}:${queueName}`;
}

export function topicArn(realm: Realm, topicName: string): string {
  return `arn:aws:sns:${realm.region}:${realm.account}:${topicName}`;
}

/** @returns the queue's name when the ARN is that of a queue in this account and region */
export function queueNameOf(realm: Realm, arn: string): string | undefined {
  const start = queueArn(realm, "");
  return arn.startsWith(start) && arn.length > start.length ? arn.slice(start.length) : undefined;
}
