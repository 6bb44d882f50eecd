import type { Settings } from "../../core/settings.js";
import { hasProducersTable } from "../../core/stack-plan-tables.js";
import type { Clock } from "../../ports/clock.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import type { Store } from "../../ports/store.js";
import { createClientRegistry } from "./client-registry.js";
import { createDiagnostics } from "./diagnostics/diagnostics.js";
import { createJournal } from "./journal.js";
import { createProducerRegistry } from "./producer-registry.js";
import { createProvisioner } from "./provisioner.js";
import { createQueueUrls } from "./queue-urls.js";
import { type AwsServices, createServices } from "./services.js";
import { createPublisher } from "./sns.js";
import { createQueue } from "./sqs.js";
import { createTaps } from "./taps.js";
import { accessTo } from "./target-access.js";

interface ConnectOptions {
  /** URL of the running embedded stack; needed for the target kind `local` alone. */
  localEndpoint?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Keeps the journal and the registries; left out: DynamoDB does. */
  store?: Store | undefined;
}

/** Opens a connection to a stack of AWS or of anything that speaks its protocols, with DynamoDB or another store. Makes no call, and loads no SDK, before one is needed. */
export function connect(settings: Settings, { localEndpoint, env, clock, store }: ConnectOptions): StackConnection {
  const { names, stack } = settings;
  const services = createServices(accessTo(settings.target, localEndpoint, env), settings.process.callTimeoutMs);
  const { sqs, sns, dynamodb } = services;
  const urls = createQueueUrls(sqs);
  const queue = (name: string) => createQueue(sqs, urls, name);
  const clients = store?.clients ?? createClientRegistry({ dynamodb, clock, table: names.clientsTable });
  const producersInStore = hasProducersTable(settings) ? undefined : store?.producers;
  return {
    ingress: queue(names.ingressQueue),
    deadLetters: queue(names.deadLetterQueue),
    queue,
    publisher: createPublisher(sns),
    journal: store?.journal ?? createJournal({ dynamodb, clock, table: names.eventsTable, settings: settings.journal }),
    clients,
    producers: producersInStore ?? createProducerRegistry(dynamodb, names.producersTable),
    provisioner: createProvisioner({ services, urls, clients, clock, store: store?.provisioner }),
    storeCare: store?.care,
    taps: createTaps({ services, urls, clock, stack }),
    diagnostics: createDiagnostics({ services, urls, clock, names, store: store?.diagnostics }),
    identity: () => identityOf(services),
    apiCalls: () => ({ ...services.apiCalls(), ...store?.apiCalls() }),
    close() {
      services.close();
      store?.close();
    },
  };
}

/** Whose account it is ("GetCallerIdentity"), and the region that the client really uses. */
function identityOf({ sts }: AwsServices): Promise<{ account: string; region: string }> {
  return sts.call("asking whose account this is", async (sdk, client, options) => {
    const [answer, region] = await Promise.all([
      client.send(new sdk.GetCallerIdentityCommand({}), options),
      client.config.region(),
    ]);
    return { account: answer.Account ?? "", region };
  });
}
