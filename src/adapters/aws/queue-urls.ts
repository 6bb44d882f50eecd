import type { SqsService } from "./services.js";

/** URLs of queues by name, each asked for once. */
export interface QueueUrls {
  /** Rejects with a CallError of kind `not-found` when there is no such queue. */
  of(queueName: string): Promise<string>;
  /** For a queue that was just created: asking for its URL may not find it yet. */
  remember(queueName: string, url: string): void;
  /** For a queue that was deleted. */
  forget(queueName: string): void;
}

/** Keeps what was found; what failed is asked again the next time. */
export function createQueueUrls(sqs: SqsService): QueueUrls {
  const known = new Map<string, Promise<string>>();
  const ask = async (queueName: string): Promise<string> => {
    const answer = await sqs.call(`finding queue ${queueName}`, (sdk, client, options) =>
      client.send(new sdk.GetQueueUrlCommand({ QueueName: queueName }), options),
    );
    return answer.QueueUrl ?? "";
  };
  return {
    of(queueName) {
      const url = known.get(queueName) ?? ask(queueName);
      known.set(queueName, url);
      url.catch(() => {
        if (known.get(queueName) === url) known.delete(queueName);
      });
      return url;
    },
    remember: (queueName, url) => void known.set(queueName, Promise.resolve(url)),
    forget: (queueName) => void known.delete(queueName),
  };
}
