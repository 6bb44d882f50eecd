import type { ClientRecord } from "../../core/client.js";
import type { Settings } from "../../core/settings.js";
import { planClientTopic } from "../../core/stack-plan-clients.js";
import type { Clock } from "../../ports/clock.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import { controlCall } from "../control-calls.js";
import type { FindingsList } from "./findings-list.js";

export interface TopicPorts {
  connection: Pick<StackConnection, "provisioner" | "identity">;
  clock: Clock;
}

/** Clients asked about at once: a stack may have hundreds. */
const ASKED_AT_ONCE = 10;

/** Whether each client's topic is there. How it is set up is not looked at: `evp init` does that. */
export async function checkTopics(
  { connection, clock }: TopicPorts,
  settings: Settings,
  clients: ClientRecord[],
  findings: FindingsList,
): Promise<void> {
  const account = await controlCall(clock, () => connection.identity());
  for (let start = 0; start < clients.length; start += ASKED_AT_ONCE) {
    const asked = clients.slice(start, start + ASKED_AT_ONCE);
    const states = await Promise.all(
      asked.map(({ clientId, topicArn }) => {
        const topic = { ...planClientTopic(settings, account, clientId), arn: topicArn };
        return controlCall(clock, () => connection.provisioner.inspect(topic));
      }),
    );
    for (const [index, { clientId, topicArn }] of asked.entries()) {
      if (states[index]?.state !== "absent") continue;
      findings.add({ kind: "topic-missing", clientId, detail: `${topicArn} is not there` });
    }
  }
}
