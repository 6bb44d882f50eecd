import type { BlockedGroup } from "./blocked-group.js";
import type { ProcessorReport } from "./processor-report.js";

/** How full a queue is. On AWS the counts are approximate ("GetQueueAttributes"). */
interface Depth {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** What is around an event that is not over: all that can be known without receiving anything. */
export interface Surroundings {
  ingress: Depth;
  dlq: Depth;
  /** What processors said within the last minute. */
  processors: readonly ProcessorReport[];
  /** Groups that wait for an operator. */
  blocked: readonly BlockedGroup[];
}

export function messagesOn({ visible, inFlight, delayed }: Depth): number {
  return visible + inFlight + delayed;
}

/** `12 wait, 3 are in work, 1 is delayed`; empty where nothing is on the queue. */
export function depthText({ visible, inFlight, delayed }: Depth): string {
  const parts = [
    [visible, "waits", "wait"],
    [inFlight, "is in work", "are in work"],
    [delayed, "is delayed", "are delayed"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, one, several]) => `${count} ${count === 1 ? one : several}`)
    .join(", ");
}

/** Whether anybody is there to take what is on the queue. */
export function processorsText(processors: readonly ProcessorReport[]): string {
  if (processors.length === 0) return "no processor has said within the last minute that it runs";
  const held = processors.reduce((total, report) => total + report.held.messages, 0);
  const running = processors.length === 1 ? "a processor runs" : `${processors.length} processors run`;
  return `${running}, with ${held} ${held === 1 ? "message" : "messages"} in hand`;
}
