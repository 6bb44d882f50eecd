import type { DesiredQueue } from "../../../core/stack-plan.js";
import { attributeDifferences } from "../../../core/stack-plan-differences.js";
import { tagsForUntagged, tagsOf } from "../../../core/stack-plan-tags.js";
import { isCallError } from "../../../ports/call.js";
import type { Clock } from "../../../ports/clock.js";
import { ALL_DONE, inspectionOf, type ResourceHandler } from "../../resource-handler.js";
import { ifFound } from "../if-found.js";
import type { QueueUrls } from "../queue-urls.js";
import type { SqsService } from "../services.js";
import { ifSupported } from "../unsupported.js";
import { onceFound } from "./once-found.js";
import { isRemovable, isTagMissing, type Tags, tagDifferences } from "./ownership.js";
import { readQueueAttributes, setQueueAttributes } from "./queue-attributes.js";

/** SQS refuses to create a queue within 60 seconds after one of that name was deleted ("DeleteQueue"). */
const RECENTLY_DELETED_CODES = new Set(["QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"]);
const RECENTLY_DELETED_DELAY_MS = 5000;
const RECENTLY_DELETED_TRIES = 15;

interface QueueParts {
  sqs: SqsService;
  urls: QueueUrls;
  clock: Clock;
}

/** A queue and its tags. That it is FIFO cannot be changed, but neither can it differ: the name's suffix decides it. */
export function queueHandler(parts: QueueParts, resource: DesiredQueue): ResourceHandler {
  const { sqs, urls } = parts;
  return {
    async inspect() {
      const QueueUrl = await ifFound(() => urls.of(resource.name));
      if (QueueUrl === undefined) return { state: "absent" };
      const found = await readQueueAttributes(sqs, urls, resource.name);
      const tags = tagDifferences(resource, await readTags(sqs, QueueUrl, resource.name));
      const settings = attributeDifferences(wantedOf(resource, found), found);
      return inspectionOf({ changeable: [...settings, ...tags.changeable], unchangeable: tags.unchangeable });
    },
    async create() {
      const url = await createQueue(parts, resource);
      if (url !== undefined) urls.remember(resource.name, url);
      await onceFound(parts.clock, () => readQueueAttributes(sqs, urls, resource.name));
      return ALL_DONE;
    },
    async update(differences) {
      const changed = differences.filter(({ attribute }) => attribute in resource.attributes);
      const attributes = Object.fromEntries(changed.map(({ attribute, wanted }) => [attribute, wanted]));
      if (changed.length > 0) await setQueueAttributes(sqs, urls, resource.name, attributes);
      if (isTagMissing(differences)) {
        const QueueUrl = await urls.of(resource.name);
        await sqs.call(`tagging ${resource.name}`, (sdk, client, options) =>
          client.send(new sdk.TagQueueCommand({ QueueUrl, Tags: tagsForUntagged(resource) }), options),
        );
      }
      return ALL_DONE;
    },
    async remove() {
      const QueueUrl = await ifFound(() => urls.of(resource.name));
      if (QueueUrl === undefined) return "absent";
      if (!isRemovable(resource, await readTags(sqs, QueueUrl, resource.name))) return "kept";
      await sqs.call(`deleting queue ${resource.name}`, (sdk, client, options) =>
        client.send(new sdk.DeleteQueueCommand({ QueueUrl }), options),
      );
      urls.forget(resource.name);
      return "removed";
    },
  };
}

/** A queue that is encrypted with a key of its owner's is encrypted well enough. */
function wantedOf(resource: DesiredQueue, found: Record<string, string>): Record<string, string> {
  if ((found.KmsMasterKeyId ?? "") === "") return resource.attributes;
  const { SqsManagedSseEnabled: _, ...wanted } = resource.attributes;
  return wanted;
}

/** @returns its URL, where the answer tells it */
async function createQueue(
  { sqs, clock }: QueueParts,
  { name, attributes, ...owner }: DesiredQueue,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { QueueUrl } = await sqs.call(`creating queue ${name}`, (sdk, client, options) =>
        client.send(
          new sdk.CreateQueueCommand({ QueueName: name, Attributes: attributes, tags: tagsOf(owner) }),
          options,
        ),
      );
      return QueueUrl;
    } catch (error) {
      const isTooSoon = isCallError(error) && RECENTLY_DELETED_CODES.has(error.fault.code);
      if (!isTooSoon || attempt === RECENTLY_DELETED_TRIES) throw error;
      await clock.sleep(RECENTLY_DELETED_DELAY_MS);
    }
  }
}

async function readTags(sqs: SqsService, QueueUrl: string, name: string): Promise<Tags> {
  const answer = await ifSupported(
    () =>
      sqs.call(`reading the tags of ${name}`, (sdk, client, options) =>
        client.send(new sdk.ListQueueTagsCommand({ QueueUrl }), options),
      ),
    undefined,
  );
  return answer === undefined ? undefined : (answer.Tags ?? {});
}
