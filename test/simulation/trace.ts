import { readText } from "../../src/adapters/aws/attribute-values.js";
import type { Effect } from "./aws/effects.js";
import { messageIdOf } from "./aws/queue-actions.js";
import { INGRESS, readKey, type SimulatedStack } from "./aws/simulated-stack.js";
import type { Call } from "./call.js";
import type { EntryFault } from "./faults/fate.js";
import type { VirtualClock } from "./virtual-clock.js";
import type { Observer } from "./wire.js";

export interface Trace extends Observer {
  readonly lines: string[];
  note(text: string): void;
}

/** Tells everything that happens in a schedule, a line each, with its time: `→` a call goes out, `*` it comes to pass, `←` the processor learns of it. */
export function createTrace(): Trace & { attach(clock: VirtualClock, stack: SimulatedStack): void } {
  const lines: string[] = [];
  const ids = new WeakMap<Call, number>();
  let calls = 0;
  let time = () => "";
  let nameOf = (handle: string) => handle;

  const note = (text: string) => void lines.push(`${time()}  ${text}`);
  const nameCall = (call: Call) => `${call.run.name} #${ids.get(call)} ${call.step}`;

  return {
    lines,
    note,
    attach(clock, stack) {
      const start = clock.now();
      time = () => formatTime(clock.now() - start);
      nameOf = (handle) => (messageIdOf(stack.model, INGRESS, handle) ?? "gone").slice(0, 8);
    },
    begun(call, faults) {
      ids.set(call, ++calls);
      const { fault } = call.fate;
      const entries = describeEntries(call, nameOf).map((entry, index) => withFault(entry, faults[index]));
      note(
        `→ ${nameCall(call)}${entries.length === 0 ? "" : ` [${entries.join(", ")}]`}${fault === undefined ? "" : ` — ${fault}`}`,
      );
    },
    happened(call, effects, failure) {
      const told = effects.map(describeEffect).filter((text) => text !== "");
      if (failure !== undefined) note(`* ${nameCall(call)}: ${failure.name}: ${failure.message}`);
      else if (told.length > 0) note(`* ${nameCall(call)}: ${told.join("; ")}`);
    },
    answered(call, effects) {
      if (effects === undefined) note(`← ${nameCall(call)}: an error`);
    },
  };
}

function withFault(entry: string, fault: EntryFault | undefined): string {
  return fault === undefined ? entry : `${entry} (${fault})`;
}

/** Days, hours, minutes, seconds since the schedule began. */
function formatTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const part = (value: number, digits = 2) => String(Math.floor(value)).padStart(digits, "0");
  const days = seconds >= 86_400 ? `${Math.floor(seconds / 86_400)} d ` : "";
  return `${days}${part((seconds / 3600) % 24)}:${part((seconds / 60) % 60)}:${part(seconds % 60)}.${part(ms % 1000, 3)}`;
}

function describeEntries({ command }: Call, nameOf: (handle: string) => string): string[] {
  switch (command.name) {
    case "PublishBatch":
      return (command.input.PublishBatchRequestEntries ?? []).map(
        ({ Message = "", MessageGroupId }) => `${messageNumber(Message)} in ${MessageGroupId}`,
      );
    case "DeleteMessageBatch":
      return (command.input.Entries ?? []).map(({ ReceiptHandle = "" }) => nameOf(ReceiptHandle));
    case "ChangeMessageVisibilityBatch":
      return (command.input.Entries ?? []).map(
        ({ ReceiptHandle = "", VisibilityTimeout }) => `${nameOf(ReceiptHandle)} ${VisibilityTimeout} s`,
      );
    case "SendMessageBatch":
      return (command.input.Entries ?? []).map(({ MessageBody = "" }) => messageNumber(MessageBody));
    case "BatchWriteItem":
      return Object.values(command.input.RequestItems ?? {})
        .flat()
        .map((request) => describeKey(request.PutRequest?.Item ?? {}));
    case "BatchExecuteStatement":
      return (command.input.Statements ?? []).map(({ Parameters = [] }) => `${Parameters[0]?.S} ${Parameters[1]?.S}`);
    case "PutItem":
      return [describeKey(command.input.Item ?? {})];
    case "Query":
      return [readText(command.input.ExpressionAttributeValues ?? {}, ":eventId")];
    case "BatchGetItem":
      return Object.values(command.input.RequestItems ?? {}).flatMap(({ Keys = [] }) =>
        Keys.map((key) => readText(key, "clientId")),
      );
    default:
      return [];
  }
}

/** Which message a body is, by the spaces that it ends in. */
function messageNumber(body: string): string {
  return `message ${body.length - body.trimEnd().length - 1}`;
}

function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case "received":
      return effect.messages
        .map(({ messageId, receiveCount }) => `received ${messageId.slice(0, 8)} (${receiveCount})`)
        .join(", ");
    case "hidden":
      return `${effect.messageId.slice(0, 8)} hidden for ${effect.seconds} s`;
    case "deleted":
      return `${effect.messageId.slice(0, 8)} deleted`;
    case "letter":
      return `dead letter of ${messageNumber(effect.body)}`;
    case "published":
      return `${messageNumber(effect.body)} ${effect.isNew ? "on the topic" : "suppressed"}`;
    case "inserted":
      return `${describeKey(effect.item)} ${effect.isDuplicate ? "is there already" : "inserted"}`;
    case "written":
      return `${describeKey(effect.item)} written`;
    case "claimed":
      return `${describeKey(effect.item)} ${effect.isHeld ? "replaced" : "not replaced"}`;
    case "journal read":
      return `read [${effect.items.map(describeKey).join(", ")}]`;
    case "clients read":
      return `read [${effect.items.map((item) => `${readText(item, "clientId")} ${item.active?.BOOL ? "on" : "off"}`).join(", ")}]`;
  }
}

function describeKey(item: Parameters<typeof readKey>[0]): string {
  const { eventKey, fact, messageId } = readKey(item);
  const owner = readText(item, "owner").slice(0, 8);
  const reason = readText(item, "reason");
  return [eventKey, fact, messageId.slice(0, 8), owner === "" ? "" : `of ${owner}`, reason]
    .filter((part) => part !== "")
    .join(" ");
}
