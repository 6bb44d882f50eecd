import type { Item } from "../../../src/adapters/aws/attribute-values.js";

/** What a call changed or saw, at the moment at which it did. */
export type Effect =
  | { kind: "received"; messages: { messageId: string; receiveCount: number }[] }
  | { kind: "hidden"; messageId: string; seconds: number }
  | { kind: "deleted"; messageId: string }
  | { kind: "letter"; messageId: string; body: string; groupId: string; attributes: Record<string, string> }
  /** `isNew: false`: the topic has suppressed it as a repetition. `isTold: false`: the answer does not say that it was done. */
  | {
      kind: "published";
      topicArn: string;
      body: string;
      groupId: string;
      sequence: string;
      isNew: boolean;
      isTold: boolean;
    }
  /** An INSERT; `isDuplicate`: the key was taken, and nothing was written. */
  | { kind: "inserted"; item: Item; isDuplicate: boolean }
  | { kind: "written"; item: Item; previous: Item | undefined }
  /** A conditional put; `isHeld: false`: the condition did not hold. */
  | { kind: "claimed"; item: Item; previous: Item | undefined; isHeld: boolean }
  | { kind: "journal read"; eventId: string; items: Item[] }
  | { kind: "clients read"; clientIds: string[]; items: Item[] };

/** The answer of a service and what it did on the way. */
export interface Done {
  answer: object;
  effects: Effect[];
}
