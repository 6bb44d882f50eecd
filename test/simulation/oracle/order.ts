import type { Call } from "../call.js";
import type { Appearance, Ledger, Story } from "./ledger.js";

/**
 * P2, judged by the order in which the ingress queue took the messages in and the one in which they first come to the topic;
 * what the journal says of it does not matter.
 */
export function createOrderCheck(ledger: Ledger, nativeMoves: { areRight: boolean }) {
  const last = new Map<string, Appearance>();
  /** The first message ahead of one in its group that nothing has become of yet. */
  function firstUnsettled(story: Story): Story | undefined {
    const group = ledger.group(story.sent.groupId);
    while (group.first < group.stories.length && isSettled(ledger, group.stories[group.first])) group.first += 1;
    const first = group.stories[group.first];
    return first === undefined || first.sent.ordinal > story.sent.ordinal ? undefined : first;
  }

  return {
    /** What is new on the topic. */
    appeared(appearance: Appearance): void {
      const { sent, topicArn } = appearance;
      const story = ledger.stories.get(sent.messageId);
      if (story === undefined || story.appearances.length > 1) return;
      const key = `${topicArn} ${sent.groupId}`;
      const before = last.get(key);
      if (before !== undefined && before.sent.ordinal > sent.ordinal)
        ledger.accuse(
          `P2: message ${sent.ordinal} came behind message ${before.sent.ordinal} of its group ${sent.groupId}`,
        );
      last.set(key, appearance);
      const overtaken = firstUnsettled(story);
      if (overtaken !== undefined && !nativeMoves.areRight)
        ledger.accuse(
          `P2: message ${sent.ordinal} has overtaken message ${overtaken.sent.ordinal} of its group ${sent.groupId}`,
        );
    },
    /** A call goes out. */
    begun({ command }: Call): void {
      if (command.name !== "PublishBatch") return;
      const groups = (command.input.PublishBatchRequestEntries ?? []).map(({ MessageGroupId }) => MessageGroupId);
      if (new Set(groups).size < groups.length) ledger.accuse("P2: two messages of one group in one call");
    },
  };
}

/** It is on its topic, as itself or as the event that it is a copy of, or its rejection is on record; or nobody asks for it any more. */
function isSettled(ledger: Ledger, story: Story | undefined): boolean {
  if (story === undefined || !ledger.stories.has(story.sent.messageId)) return true;
  const { sent, rejected, outcome } = story;
  if (rejected !== undefined || outcome !== undefined) return true;
  return ledger.event(sent.eventKey).appearances.some((appearance) => appearance.sent.content === sent.content);
}
