import type { Call } from "../call.js";
import { type RegistryHistory, refusalOf } from "../registry-history.js";
import { CALL_TIMEOUT_MS, SECOND } from "../times.js";
import type { Appearance, Ledger, Story } from "./ledger.js";

const PERMISSION_LIVES_MS = 5 * SECOND;

/** P3: an event goes to its own client's topic alone, on a fresh permission. */
export function createPermissionCheck(ledger: Ledger, history: RegistryHistory) {
  function checkPublication(call: Call, story: Story, topicArn: string): void {
    const { sent } = story;
    const { run, begunAt } = call;
    const reading = ledger.readings.findLast(
      (each) => each.run === run && each.clientId === sent.clientId && each.active && each.types.includes(sent.type),
    );
    const age = reading === undefined ? Number.POSITIVE_INFINITY : begunAt - reading.begunAt;
    if (age > PERMISSION_LIVES_MS)
      ledger.accuse(`P3: message ${sent.ordinal} published on a permission that is ${age} ms old`);
    else if (!reading?.isStrong) ledger.accuse(`P3: message ${sent.ordinal} published on a read that is not strong`);
    else if (reading.topicArn !== topicArn) ledger.accuse(`P3: message ${sent.ordinal} published on another topic`);
    const states = history.during(sent.clientId, begunAt - PERMISSION_LIVES_MS, begunAt);
    if (states.every((client) => refusalOf(client, sent.type) !== undefined))
      ledger.accuse(`P3: message ${sent.ordinal} published for more than 5 s after it was forbidden`);
  }

  return {
    begun(call: Call): void {
      if (call.command.name !== "PublishBatch") return;
      const { TopicArn = "", PublishBatchRequestEntries = [] } = call.command.input;
      for (const { Message = "" } of PublishBatchRequestEntries) {
        const story = ledger.byBody(Message);
        if (story === undefined) ledger.accuse("P1: a body was changed on its way");
        else checkPublication(call, story, TopicArn);
      }
    },
    /** However late a call comes to pass. */
    appeared({ sent, at, topicArn }: Appearance): void {
      const states = history.during(sent.clientId, at - PERMISSION_LIVES_MS - CALL_TIMEOUT_MS, at);
      const isFounded = states.some(
        (client) => refusalOf(client, sent.type) === undefined && client?.topicArn === topicArn,
      );
      if (!isFounded) ledger.accuse(`P3: message ${sent.ordinal} came to a topic on which it may not be`);
    },
  };
}
