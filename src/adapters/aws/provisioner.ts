import type { DesiredResource } from "../../core/stack-plan.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Provisioner } from "../../ports/provisioner.js";
import type { ResourceHandler } from "../resource-handler.js";
import { clientHandler } from "./provision/client.js";
import { pointInTimeRecoveryHandler } from "./provision/point-in-time-recovery.js";
import { queueHandler } from "./provision/queue.js";
import { queuePolicyHandler } from "./provision/queue-policy.js";
import { subscriptionHandler } from "./provision/subscription.js";
import { tableHandler } from "./provision/table.js";
import { timeToLiveHandler } from "./provision/time-to-live.js";
import { topicHandler } from "./provision/topic.js";
import type { QueueUrls } from "./queue-urls.js";
import type { AwsServices } from "./services.js";

interface ProvisionerParts {
  services: AwsServices;
  urls: QueueUrls;
  clients: ClientRegistry;
  clock: Clock;
  /** Where the store is not DynamoDB. */
  store: Provisioner | undefined;
}

/** Creates, mends and removes AWS resources, each kind in its own way. */
export function createProvisioner(parts: ProvisionerParts): Provisioner {
  return {
    inspect: (resource) => handlerOf(parts, resource).inspect(),
    create: (resource) => handlerOf(parts, resource).create(),
    update: (resource, differences) => handlerOf(parts, resource).update(differences),
    remove: (resource) => handlerOf(parts, resource).remove(),
  };
}

function handlerOf(
  { services, urls, clients, clock, store }: ProvisionerParts,
  resource: DesiredResource,
): ResourceHandler {
  const { sqs, sns, dynamodb } = services;
  switch (resource.kind) {
    case "queue":
      return queueHandler({ sqs, urls, clock }, resource);
    case "queue-policy":
      return queuePolicyHandler({ sqs, urls, clock }, resource);
    case "topic":
      return topicHandler(sns, resource);
    case "subscription":
      return subscriptionHandler(sns, resource);
    case "table":
      return tableHandler({ dynamodb, clock }, resource);
    case "time-to-live":
      return timeToLiveHandler(dynamodb, resource);
    case "point-in-time-recovery":
      return pointInTimeRecoveryHandler({ dynamodb, clock }, resource);
    case "client":
      return clientHandler(clients, resource);
    case "database-schema":
    case "database-migration":
    case "database-views":
      return databaseHandler(store, resource);
  }
}

function databaseHandler(store: Provisioner | undefined, resource: DesiredResource): ResourceHandler {
  if (store === undefined) throw new TypeError(`a ${resource.kind} needs a store of its own`);
  return {
    inspect: () => store.inspect(resource),
    create: () => store.create(resource),
    update: (differences) => store.update(resource, differences),
    remove: () => store.remove(resource),
  };
}
