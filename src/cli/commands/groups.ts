import type { CommandSpec } from "../command-spec.js";

export interface GroupsFlags {
  stalled?: boolean;
  client?: string;
}

export const groupsCommand: CommandSpec<GroupsFlags> = {
  name: "groups",
  summary: "list groups that do not move, with what can be done",
  description:
    "Lists the groups that do not move, those that have waited longest first: blocked ones, which wait for an operator, and stalled ones, which a processor gave back and tries again later. It tells the head of each, why it waits, for how long, and how many messages at least wait behind it. SQS lists no groups: the journal and the processors that run tell of these.",
  options: [
    { flags: "--stalled", description: "only those that have waited for a minute or longer" },
    { flags: "--client <id>", description: "only this client's" },
  ],
  examples: [
    { run: "evp groups", does: "every group that waits for an operator, or was given back" },
    { run: "evp groups --stalled --json", does: "what deserves a look, for another program" },
  ],
  async run(invocation) {
    const { context, flags, output } = invocation;
    const { withStack } = await import("../stack-session.js");
    const { listGroups } = await import("../../app/groups/list-groups.js");
    const { renderGroups } = await import("../../ui/plain/groups.js");
    await withStack(invocation, { changes: false }, async ({ connection: { journal }, settings }) => {
      const { topicOf } = settings.names;
      const isReplayIndexed = settings.journal.replayIndex;
      const options = { clientId: flags.client, isStalledOnly: flags.stalled === true, isReplayIndexed, topicOf };
      const { groups, processors } = await listGroups({ journal, clock: context.clock }, options);
      await output.list(groups, renderGroups, "No group is known to stand still.");
      if (processors === 0) output.note(NO_PROCESSOR);
    });
  },
};

const NO_PROCESSOR =
  "No processor has said within the last minute that it runs: of groups that were given back nothing is known.";
