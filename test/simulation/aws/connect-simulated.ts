import { createClientRegistry } from "../../../src/adapters/aws/client-registry.js";
import { timeoutError, toCallError } from "../../../src/adapters/aws/errors.js";
import { createJournal } from "../../../src/adapters/aws/journal.js";
import { createQueueUrls } from "../../../src/adapters/aws/queue-urls.js";
import type { DynamoDbService, SnsService, SqsService } from "../../../src/adapters/aws/services.js";
import { createPublisher } from "../../../src/adapters/aws/sns.js";
import { createQueue } from "../../../src/adapters/aws/sqs.js";
import type { JournalSettings } from "../../../src/core/settings.js";
import type { Clock } from "../../../src/ports/clock.js";
import type { Run } from "../run.js";
import { CALL_TIMEOUT_MS } from "../times.js";
import type { Wire } from "../wire.js";
import { type Command, DYNAMODB_COMMANDS, SNS_COMMANDS, SQS_COMMANDS } from "./commands.js";
import { GivenUp } from "./errors.js";
import { CLIENTS_TABLE, DEAD_LETTERS, EVENTS_TABLE, INGRESS } from "./simulated-stack.js";

interface ConnectOptions {
  wire: Wire;
  run: Run;
  clock: Clock;
  journal: JournalSettings;
}

/** A processor's connection: evp's own adapters, over an SDK whose clients put their commands on the wire. */
export function connectSimulated({ wire, run, clock, journal }: ConnectOptions) {
  const service = (sdk: object) => createSimulatedService(sdk, wire, run);
  const sqs = service(SQS_COMMANDS) as unknown as SqsService;
  const sns = service(SNS_COMMANDS) as unknown as SnsService;
  const dynamodb = service(DYNAMODB_COMMANDS) as unknown as DynamoDbService;
  const urls = createQueueUrls(sqs);
  return {
    ingress: createQueue(sqs, urls, INGRESS),
    deadLetters: createQueue(sqs, urls, DEAD_LETTERS),
    publisher: createPublisher(sns),
    journal: createJournal({ dynamodb, clock, table: EVENTS_TABLE, settings: journal }),
    clients: createClientRegistry({ dynamodb, clock, table: CLIENTS_TABLE }),
    apiCalls: () => ({}),
  };
}

type Work = (sdk: object, client: { send(command: Command): Promise<object> }, options: object) => Promise<unknown>;

/** A long poll: how long the service may hold its answer back, and what gives the call up. */
interface Poll {
  waitMs: number;
  signal: AbortSignal | undefined;
}

/** As the real service, but its timeouts go by the simulation's clock. */
function createSimulatedService(sdk: object, wire: Wire, run: Run) {
  return {
    async call(
      doing: string,
      work: Work,
      { waitMs, signal }: Poll = { waitMs: 0, signal: undefined },
    ): Promise<unknown> {
      const timeoutMs = CALL_TIMEOUT_MS + waitMs;
      try {
        return await work(sdk, { send: (command) => wire.send(run, command, { timeoutMs, signal }) }, {});
      } catch (error) {
        const isOverdue = error instanceof GivenUp && signal?.aborted !== true;
        throw isOverdue ? timeoutError(doing, timeoutMs, error) : toCallError(error, doing);
      }
    },
    close() {},
  };
}
