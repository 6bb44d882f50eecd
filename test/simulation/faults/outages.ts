import { type Call, STEPS } from "../call.js";
import { below, pick, type Random } from "../random.js";
import { MINUTE, SECOND } from "../times.js";

type Asked = Omit<Call, "fate">;

/** A time in which every call that it covers fails. */
export interface Outage {
  covers: (call: Asked) => boolean;
  /** ms since 1970. */
  begin: number;
  end: number;
  /** `entries`: calls are answered, and every entry is refused with the same error. */
  manner: "refused" | "answer lost" | "timed out" | "entries";
}

interface OutageOptions {
  random: Random;
  from: number;
  until: number;
  topics: string[];
}

export function drawOutages({ random, from, until, topics }: OutageOptions): Outage[] {
  return Array.from({ length: below(random, 4) }, () => {
    const begin = from + random() * (until - from);
    const lengthMs = pick(random, [5 * SECOND, MINUTE, 10 * MINUTE, 40 * MINUTE]);
    const manner = pick(random, ["refused", "refused", "answer lost", "timed out", "entries"] as const);
    return { covers: drawScope(random, topics), begin, end: Math.min(until, begin + lengthMs), manner };
  });
}

/** One step, one topic, one service, or everything. */
function drawScope(random: Random, topics: string[]): (call: Asked) => boolean {
  const chance = random();
  if (chance < 0.5) {
    const step = pick(random, STEPS);
    return (call) => call.step === step;
  }
  if (chance < 0.7) {
    const topic = pick(random, topics);
    return (call) => call.about === topic;
  }
  if (chance < 0.9) {
    const service = pick(random, ["sqs", "sns", "dynamodb"]);
    return (call) => serviceOf(call) === service;
  }
  return () => true;
}

function serviceOf({ command }: Asked): "sqs" | "sns" | "dynamodb" {
  switch (command.name) {
    case "PublishBatch":
      return "sns";
    case "BatchExecuteStatement":
    case "BatchWriteItem":
    case "BatchGetItem":
    case "PutItem":
    case "UpdateItem":
    case "Query":
      return "dynamodb";
    default:
      return "sqs";
  }
}
