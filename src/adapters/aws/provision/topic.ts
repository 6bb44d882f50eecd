import type { DesiredTopic } from "../../../core/stack-plan.js";
import { attributeDifferences } from "../../../core/stack-plan-differences.js";
import { tagsForUntagged, tagsOf } from "../../../core/stack-plan-tags.js";
import { ALL_DONE, inspectionOf, type ResourceHandler } from "../../resource-handler.js";
import { ifFound } from "../if-found.js";
import type { SnsService } from "../services.js";
import { ifSupported } from "../unsupported.js";
import { fromTagList, isRemovable, isTagMissing, type Tags, tagDifferences, toTagList } from "./ownership.js";

/** A topic and its tags. That it is FIFO cannot be changed, but neither can it differ: the name's suffix decides it. */
export function topicHandler(sns: SnsService, resource: DesiredTopic): ResourceHandler {
  const TopicArn = resource.arn;
  return {
    async inspect() {
      const found = await ifFound(() => readAttributes(sns, resource));
      if (found === undefined) return { state: "absent" };
      const tags = tagDifferences(resource, await readTags(sns, resource));
      const settings = attributeDifferences(resource.attributes, found);
      return inspectionOf({ changeable: [...settings, ...tags.changeable], unchangeable: tags.unchangeable });
    },
    async create() {
      const input = { Name: resource.name, Attributes: resource.attributes, Tags: toTagList(tagsOf(resource)) };
      await sns.call(`creating topic ${resource.name}`, (sdk, client, options) =>
        client.send(new sdk.CreateTopicCommand(input), options),
      );
      return ALL_DONE;
    },
    async update(differences) {
      for (const { attribute, wanted } of differences) {
        if (!(attribute in resource.attributes)) continue;
        const input = { TopicArn, AttributeName: attribute, AttributeValue: wanted };
        await sns.call(`changing the settings of topic ${resource.name}`, (sdk, client, options) =>
          client.send(new sdk.SetTopicAttributesCommand(input), options),
        );
      }
      if (isTagMissing(differences)) {
        const input = { ResourceArn: TopicArn, Tags: toTagList(tagsForUntagged(resource)) };
        await sns.call(`tagging topic ${resource.name}`, (sdk, client, options) =>
          client.send(new sdk.TagResourceCommand(input), options),
        );
      }
      return ALL_DONE;
    },
    async remove() {
      if ((await ifFound(() => readAttributes(sns, resource))) === undefined) return "absent";
      if (!isRemovable(resource, await readTags(sns, resource))) return "kept";
      await sns.call(`deleting topic ${resource.name}`, (sdk, client, options) =>
        client.send(new sdk.DeleteTopicCommand({ TopicArn }), options),
      );
      return "removed";
    },
  };
}

async function readAttributes(sns: SnsService, { arn, name }: DesiredTopic): Promise<Record<string, string>> {
  const { Attributes = {} } = await sns.call(`reading the settings of topic ${name}`, (sdk, client, options) =>
    client.send(new sdk.GetTopicAttributesCommand({ TopicArn: arn }), options),
  );
  return Attributes;
}

async function readTags(sns: SnsService, { arn, name }: DesiredTopic): Promise<Tags> {
  const answer = await ifSupported(
    () =>
      sns.call(`reading the tags of topic ${name}`, (sdk, client, options) =>
        client.send(new sdk.ListTagsForResourceCommand({ ResourceArn: arn }), options),
      ),
    undefined,
  );
  return answer === undefined ? undefined : fromTagList(answer.Tags);
}
