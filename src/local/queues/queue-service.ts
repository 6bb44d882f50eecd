import type { WholeRequest, WholeResponse } from "../http-message.js";
import { ModelError } from "../model/model-error.js";
import type { ReceivedMessage, ReceiveOptions } from "../model/receiving.js";
import { LongPolls } from "./long-polls.js";
import { callerIdentity, type QueryCall, queryCallOf, queryErrorResponse, queryResponse } from "./query-face.js";
import { receiveRequestOf } from "./receive-request.js";
import { SNS_ACTIONS } from "./sns-actions.js";
import { SQS_ACTIONS } from "./sqs-actions.js";
import { receiveAnswer } from "./sqs-answers.js";
import { sqsActionOf, sqsErrorResponse, sqsResponse } from "./sqs-face.js";
import { SqsInput } from "./sqs-input.js";
import { StoredModel } from "./stored-model.js";
import type { Xml } from "./xml.js";

/** The queues and topics of the embedded stack, behind the protocols in which AWS's clients speak to them. */
export interface QueueService {
  /** Serves SQS (JSON), SNS and STS (Query). `undefined` when the request is none of theirs. */
  handle(request: WholeRequest, signal: AbortSignal): Promise<WholeResponse | undefined>;
  /** Answers long polls with nothing and closes the state file. */
  close(): void;
}

export interface QueueServiceOptions {
  /** Path of the state file, or `:memory:`. */
  file: string;
  /** What queue URLs begin with, for example `http://127.0.0.1:4566`. */
  endpoint: () => string;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** @throws EvpError `state-in-use` when another process has the state file open, `state-unreadable` when it cannot be opened */
export function openQueueService(options: QueueServiceOptions): QueueService {
  return new StoredQueueService(options);
}

class StoredQueueService implements QueueService {
  readonly #stored: StoredModel;
  readonly #endpoint: () => string;
  readonly #now: () => number;
  readonly #polls: LongPolls<ReceiveOptions, ReceivedMessage[]>;

  constructor({ file, endpoint, now = Date.now }: QueueServiceOptions) {
    this.#stored = new StoredModel(file);
    this.#endpoint = endpoint;
    this.#now = now;
    this.#polls = new LongPolls({
      now,
      receive: (queue, receiveOptions) => this.#receive(queue, receiveOptions),
      hasReady: (queue) => this.#stored.call((model) => model.queues.at(queue, now()).hasReady),
      nextWakeAt: (queue) => this.#stored.call((model) => model.queues.nextWakeAt(queue)),
    });
  }

  async handle(request: WholeRequest, signal: AbortSignal): Promise<WholeResponse | undefined> {
    const action = sqsActionOf(request);
    if (action !== undefined) return this.#handleSqs(action, request, signal);
    const call = queryCallOf(request);
    return call === undefined ? undefined : this.#handleQuery(call);
  }

  close(): void {
    this.#polls.close();
    this.#stored.close();
  }

  async #handleSqs(action: string, request: WholeRequest, signal: AbortSignal): Promise<WholeResponse> {
    try {
      return sqsResponse(await this.#kept(() => this.#sqs(action, request, signal)));
    } catch (error) {
      return sqsErrorResponse(error);
    }
  }

  async #handleQuery(call: QueryCall): Promise<WholeResponse> {
    try {
      return queryResponse(call, await this.#kept(() => this.#query(call)));
    } catch (error) {
      return queryErrorResponse(call, error);
    }
  }

  /** Does a call, hands out what it made visible, and lets nobody hear of either before it is on the disk. */
  async #kept<Answer>(call: () => Answer | Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } finally {
      this.#polls.serve();
      await this.#stored.written();
    }
  }

  #sqs(action: string, request: WholeRequest, signal: AbortSignal): object | Promise<object> {
    const input = SqsInput.parse(request.body.toString());
    if (action === "ReceiveMessage") return this.#receiveOrWait(input, signal);
    const run = Object.hasOwn(SQS_ACTIONS, action) ? SQS_ACTIONS[action] : undefined;
    if (run === undefined) throw unknownAction("SQS", action);
    const endpoint = this.#endpoint();
    return this.#stored.call((model) => run({ input, model, now: this.#now(), endpoint }));
  }

  #query({ service, action, input }: QueryCall): Xml[] {
    if (service === "sqs") {
      throw new ModelError(
        "UnsupportedOperation",
        `${action}: the embedded stack speaks the JSON protocol of SQS alone; use AWS CLI 1.31, 2.14 or newer.`,
      );
    }
    if (service === "sts") {
      if (action === "GetCallerIdentity") return callerIdentity();
      throw unknownAction("STS", action);
    }
    const run = Object.hasOwn(SNS_ACTIONS, action) ? SNS_ACTIONS[action] : undefined;
    if (run === undefined) throw unknownAction("SNS", action);
    return this.#stored.call((model) => run({ input, model, now: this.#now() }));
  }

  /** A client that is gone already takes nothing. Nothing but promises lies between a receive and its answer, so that both are of one turn. */
  async #receiveOrWait(input: SqsInput, signal: AbortSignal): Promise<object> {
    const { queue, options, waitSeconds, attributes } = this.#stored.call((model) => receiveRequestOf(input, model));
    if (signal.aborted) return {};
    const waitMs = waitSeconds * 1000;
    const found =
      this.#receive(queue, options) ??
      (waitMs > 0 ? await this.#polls.wait(queue, options, waitMs, signal) : undefined);
    return receiveAnswer(found ?? [], attributes);
  }

  #receive(queue: string, options: ReceiveOptions): ReceivedMessage[] | undefined {
    const found = this.#stored.call((model) => model.queues.receive(queue, options, this.#now()));
    return found.length === 0 ? undefined : found;
  }
}

function unknownAction(service: string, action: string): ModelError {
  return new ModelError("InvalidAction", `The embedded stack does not do the ${service} action ${action}.`);
}
