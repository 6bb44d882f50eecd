import type { Run } from "../run.js";
import type { Sent } from "../sent.js";

/** A message on a client's topic for the first time, or once more when the topic has forgotten it. */
export interface Appearance {
  readonly at: number;
  readonly topicArn: string;
  readonly sequence: string;
  readonly sent: Sent;
  readonly run: Run;
  /** When the call began that put it there. */
  readonly begunAt: number;
  /** When the accepted fact that it was published by counts as absent. */
  readonly lifeEndsAt: number;
  /** Who was told that it is there: the one who published it, and those whose copies the topic suppressed. */
  readonly knownBy: Set<Run>;
}

/** One receipt of a message, as the processor knows it. */
export interface Receipt {
  readonly at: number;
  readonly receiveCount: number;
}

/** A rejection on record. */
export interface Rejected {
  readonly at: number;
  readonly run: Run;
  readonly receiveCount: number;
  readonly reason: string;
  readonly detail: string;
}

/** What is known of one message. */
export interface Story {
  readonly sent: Sent;
  /** By the name of the run: its last receipt. */
  readonly receipts: Map<string, Receipt>;
  lastReceiver: Run | undefined;
  /** Of its last receipt, whether or not anybody knows of it. */
  receiveCount: number;
  /** Its last receiver has given it back, or tried to. */
  isReleased: boolean;
  rejected: Rejected | undefined;
  isDuplicate: boolean;
  readonly letters: number[];
  readonly appearances: Appearance[];
  /** What it was when it was deleted. */
  outcome: string | undefined;
}

/** What is known of one event: client and id. */
export interface EventStory {
  readonly appearances: Appearance[];
  /** When each accepted fact was written, and when it counts as absent. */
  accepted: { at: number; owner: string; lifeEndsAt: number } | undefined;
  /** Messages that owned it and do so no more. */
  readonly formerOwners: Set<string>;
  /** Publications on record: by message id of the owner, when they first were. */
  readonly recorded: Map<string, number>;
  /** Runs that tried to record a publication and were told that it failed, or were not told. */
  readonly recordFailures: Set<Run>;
}

/** One strongly consistent read of the registry. */
export interface Reading {
  readonly run: Run;
  readonly clientId: string;
  readonly begunAt: number;
  readonly isStrong: boolean;
  readonly topicArn: string | undefined;
  readonly active: boolean;
  readonly types: readonly string[];
}

/** The messages of one group in the queue's order, and the first of them that something is still to become of. */
interface Group {
  readonly stories: Story[];
  first: number;
}

/** All that happened, as the wire saw it: what the oracle judges by. */
export class Ledger {
  readonly stories = new Map<string, Story>();
  readonly events = new Map<string, EventStory>();
  readonly appearances: Appearance[] = [];
  readonly readings: Reading[] = [];
  /** Of which message each letter on the DLQ is. */
  readonly letters = new Map<string, string>();
  readonly #groups = new Map<string, Group>();
  readonly #byBody = new Map<string, Story>();
  readonly #broken = new Set<string>();

  get broken(): string[] {
    return [...this.#broken];
  }

  /** A promise that was broken. */
  accuse(text: string): void {
    this.#broken.add(text);
  }

  open(sent: Sent): Story {
    const story: Story = {
      sent,
      receipts: new Map(),
      lastReceiver: undefined,
      receiveCount: 0,
      isReleased: false,
      rejected: undefined,
      isDuplicate: false,
      letters: [],
      appearances: [],
      outcome: undefined,
    };
    this.stories.set(sent.messageId, story);
    this.#byBody.set(sent.body, story);
    this.group(sent.groupId).stories.push(story);
    return story;
  }

  byBody(body: string): Story | undefined {
    return this.#byBody.get(body);
  }

  group(groupId: string): Group {
    let group = this.#groups.get(groupId);
    if (group === undefined) {
      group = { stories: [], first: 0 };
      this.#groups.set(groupId, group);
    }
    return group;
  }

  event(eventKey: string): EventStory {
    let event = this.events.get(eventKey);
    if (event === undefined) {
      event = {
        appearances: [],
        accepted: undefined,
        formerOwners: new Set(),
        recorded: new Map(),
        recordFailures: new Set(),
      };
      this.events.set(eventKey, event);
    }
    return event;
  }
}
