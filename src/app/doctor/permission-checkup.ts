import type { Settings } from "../../core/settings.js";
import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import { type Checkup, diagnosisOf } from "./check.js";
import type { Connect, DoctorConnection } from "./doctor-world.js";

/** An action that a processor or an operator needs, tried by a call that changes nothing. */
interface Trial {
  action: string;
  on: string;
  call(): Promise<unknown>;
}

/** What would change something, if it were tried: receiving locks groups, too. */
const UNTRIED = "sqs:ReceiveMessage, sqs:SendMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility, sns:Publish";
const UNTRIED_IN_DYNAMODB = "dynamodb:PartiQLInsert, dynamodb:PutItem, dynamodb:BatchWriteItem, dynamodb:DeleteItem";

const HOUR_MS = 60 * 60 * 1000;
/** Clients whose topics are tried: one policy mostly covers them all. */
const MAX_TRIED_CLIENTS = 10;

/** Whether this identity may read what evp reads, and what was not tried. */
export function permissionCheckup(
  connect: Connect,
  { settings, clock }: { settings: Settings; clock: Clock },
  needs: string[],
): Checkup {
  return {
    id: "permissions",
    title: "Permissions",
    needs,
    async look() {
      const connection = connect();
      const trials = [...stackTrials(connection, settings, clock), ...(await topicTrials(connection))];
      const denied: string[] = [];
      for (const trial of trials) if (await isDenied(trial)) denied.push(`${trial.action} on ${trial.on} is denied`);
      const inStore = settings.store.kind === "postgres" ? await connection.diagnostics.deniedPrivileges() : [];
      denied.push(...inStore.map((privilege) => `${privilege} is denied`));
      const isInDynamoDb = settings.store.kind === "dynamodb";
      const untried = isInDynamoDb ? `${UNTRIED}, ${UNTRIED_IN_DYNAMODB}` : UNTRIED;
      const well = `all ${new Set(trials.map(({ action }) => action)).size} actions that only read are allowed${isInDynamoDb ? "" : ", and all that is needed in PostgreSQL"}; not tried, since they would change something: ${untried}`;
      const hint = "Grant this identity the actions, or use another one with --profile.";
      return {
        ...diagnosisOf(
          denied.map((text) => ({ status: "fail", text })),
          well,
          hint,
        ),
        blocks: false,
      };
    },
  };
}

/** Anything but a refusal is for the other checks to tell. */
async function isDenied({ call }: Trial): Promise<boolean> {
  try {
    await call();
    return false;
  } catch (error) {
    if (isCallError(error)) return error.kind === "credentials";
    throw error;
  }
}

function stackTrials(connection: DoctorConnection, settings: Settings, clock: Clock): Trial[] {
  const { names, store } = settings;
  const { diagnostics } = connection;
  const queues = [names.ingressQueue, names.deadLetterQueue, names.undeliveredQueue];
  return [
    ...queues.map((on) => ({ action: "sqs:GetQueueAttributes", on, call: () => diagnostics.queueAttributes(on) })),
    ...(store.kind === "dynamodb" ? tableTrials(connection, settings, clock) : []),
  ];
}

function tableTrials({ diagnostics, clients, journal }: DoctorConnection, settings: Settings, clock: Clock): Trial[] {
  const { names } = settings;
  const now = clock.now();
  const period = { since: now - HOUR_MS, until: now };
  const tables = [names.eventsTable, names.clientsTable];
  return [
    ...tables.map((on) => ({ action: "dynamodb:DescribeTable", on, call: () => diagnostics.tableStatus(on) })),
    { action: "dynamodb:BatchGetItem", on: names.clientsTable, call: () => clients.get(["evp-doctor"]) },
    { action: "dynamodb:Scan", on: names.clientsTable, call: () => clients.list() },
    { action: "dynamodb:Query", on: names.eventsTable, call: () => journal.processors(now) },
    ...(settings.journal.rejectionIndex
      ? [
          {
            action: "dynamodb:Query",
            on: `${names.eventsTable}, index over rejections`,
            call: () => first(journal.rejections(period)),
          },
        ]
      : []),
    ...(settings.journal.replayIndex
      ? [
          {
            action: "dynamodb:Query",
            on: `${names.eventsTable}, index over events`,
            call: () => first(journal.events({ ...period, clientId: "evp-doctor" })),
          },
        ]
      : []),
  ];
}

async function first(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items) return;
}

async function topicTrials({ diagnostics, clients }: DoctorConnection): Promise<Trial[]> {
  const records = await clients.list().catch((error: unknown) => {
    if (isCallError(error)) return [];
    throw error;
  });
  return records.slice(0, MAX_TRIED_CLIENTS).flatMap(({ topicArn }) => [
    { action: "sns:GetTopicAttributes", on: topicArn, call: () => diagnostics.topicAttributes(topicArn) },
    { action: "sns:ListSubscriptionsByTopic", on: topicArn, call: () => diagnostics.countSubscriptions(topicArn) },
  ]);
}
