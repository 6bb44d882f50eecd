import type { JsonObject } from "../event.js";
import type { Settings } from "../settings.js";
import type { StackAccount } from "../stack-plan.js";
import { queueArn, tableArn, topicArn } from "../stack-plan-arns.js";
import type { RoleName } from "./role-names.js";
import { type Grant, ROLES, type Scope } from "./roles.js";

/** Whose policy is wanted: a client's names the client. */
export interface PolicyOwner {
  role: RoleName;
  clientId?: string | undefined;
}

/** The policy document of a role ("IAM JSON policy element reference"). @param account - where its resources are; either part may be `*` */
export function rolePolicy(settings: Settings, account: StackAccount, owner: PolicyOwner): JsonObject {
  const clientId = owner.clientId ?? "";
  const statements = grantsOf(settings, owner.role).map((grant) => statementOf(settings, account, grant, clientId));
  return { Version: "2012-10-17", Statement: statements };
}

/** Where the store is a database of one's own there are no tables: nothing is granted on them. */
function grantsOf({ store }: Settings, role: RoleName): Grant[] {
  if (store.kind === "dynamodb") return ROLES[role];
  return ROLES[role].filter(({ on }) => !on.some((scope) => TABLE_SCOPES.has(scope)));
}

const TABLE_SCOPES: ReadonlySet<Scope> = new Set(["events", "events-indexes", "clients", "own-record", "producers"]);

function statementOf(settings: Settings, account: StackAccount, { name, actions, on }: Grant, clientId: string) {
  const resources = new Set(on.map((scope) => arnOf(settings, account, scope, clientId)));
  return {
    Sid: name,
    Effect: "Allow",
    Action: actions,
    Resource: [...resources],
    // Of the registry a client sees its own record alone ("Using IAM policy conditions for fine-grained access control").
    ...(on.includes("own-record")
      ? { Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [clientId] } } }
      : {}),
  };
}

/** Clients may be added later: their topics and queues are known by the pattern of their names. */
function arnOf({ names, stack }: Settings, account: StackAccount, scope: Scope, clientId: string): string {
  switch (scope) {
    case "ingress":
      return queueArn(account, names.ingressQueue);
    case "dlq":
      return queueArn(account, names.deadLetterQueue);
    case "undelivered":
      return queueArn(account, names.undeliveredQueue);
    case "client-queues":
      return queueArn(account, names.queueOf("*"));
    case "own-queue":
      return queueArn(account, names.queueOf(clientId));
    case "tail-queues":
      return queueArn(account, `${stack}-tail-*`);
    case "topics":
      return topicArn(account, names.topicOf("*"));
    case "events":
      return tableArn(account, names.eventsTable);
    case "events-indexes":
      return `${tableArn(account, names.eventsTable)}/index/*`;
    case "clients":
    case "own-record":
      return tableArn(account, names.clientsTable);
    case "producers":
      return tableArn(account, names.producersTable);
    case "anything":
      return "*";
  }
}
