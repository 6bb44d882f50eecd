import { STEPS } from "../call.js";
import { drawFaultPlan, drawMishaps, type FaultPlan } from "../faults/fault-plan.js";
import { below, pick, type Random } from "../random.js";
import { MINUTE, SECOND } from "../times.js";

/** What a schedule is about. */
export type Theme =
  /** Anything may go wrong. */
  | "anything"
  /** Nothing can be published for a long time, so that messages of one event wait for each other. */
  | "late"
  /** Calls take so long that leases must be renewed. */
  | "long"
  /** What is published cannot be recorded for a long time, and leases are lost. */
  | "unrecorded"
  /** One client's groups wait for an operator when a message cannot pass. */
  | "blocked"
  /** The queue itself moves what is received too often: processors die and freeze, and no dependency fails. */
  | "worn"
  /** Nothing goes wrong but one client's topic, for the whole time. */
  | "one topic"
  /** Nothing goes wrong. */
  | "calm";

const CHANCES: [Theme, number][] = [
  ["late", 0.08],
  ["long", 0.06],
  ["unrecorded", 0.03],
  ["blocked", 0.09],
  ["worn", 0.05],
  ["one topic", 0.03],
  ["calm", 0.03],
];

export function drawTheme(random: Random): Theme {
  let left = random();
  for (const [theme, chance] of CHANCES) {
    if (left < chance) return theme;
    left -= chance;
  }
  return "anything";
}

interface PlanOptions {
  random: Random;
  from: number;
  until: number;
  topics: string[];
}

const NOTHING: FaultPlan = { chances: new Map(), entryChance: 0, slowness: 0, outages: [], mishaps: [] };

/** What goes wrong in a schedule of that theme. */
export function drawPlan(theme: Theme, options: PlanOptions): FaultPlan {
  const { random, from, until, topics } = options;
  switch (theme) {
    case "anything":
      return drawFaultPlan(options);
    case "late": {
      const end = from + pick(random, [8, 16, 25]) * MINUTE;
      return {
        ...NOTHING,
        chances: new Map([
          ["claim", 0.4],
          ["record duplicate", 0.2],
        ]),
        slowness: 0.3,
        outages: [
          { covers: ({ step }) => step === "publish", begin: from, end, manner: "refused" },
          { covers: ({ step }) => step === "claim", begin: end - MINUTE, end: end + MINUTE, manner: "timed out" },
        ],
        mishaps: drawMishaps(random, below(random, 5), [
          "claim",
          "claim",
          "record duplicate",
          "record duplicate",
          "publish",
        ]),
      };
    }
    case "long":
      return {
        ...NOTHING,
        chances: new Map([
          ["publish", 0.3],
          ["record published", 0.5],
          ["renew", 0.3],
        ]),
        entryChance: 0.1,
        slowness: 0.7,
        mishaps: drawMishaps(random, below(random, 5), ["renew", "renew", "release", "record rejected", "dead letter"]),
      };
    case "unrecorded": {
      const end = from + pick(random, [3, 8, 14]) * MINUTE;
      const covers = ({ step }: { step: string }) =>
        step === "record published" || (step === "renew" && random() < 0.7);
      return {
        ...NOTHING,
        outages: [{ covers, begin: from, end, manner: pick(random, ["refused", "entries"] as const) }],
      };
    }
    case "blocked":
      return {
        ...NOTHING,
        chances: new Map([["note blocked", 0.8]]),
        slowness: 0.1,
        outages: [
          {
            covers: ({ step }) => step === "note blocked",
            begin: from + MINUTE,
            end: from + 2 * MINUTE,
            manner: "refused",
          },
        ],
        mishaps: drawMishaps(random, 2 + below(random, 5), ["note blocked", "note blocked", "note blocked", "release"]),
      };
    case "worn":
      return { ...NOTHING, mishaps: drawMishaps(random, 2 + below(random, 12), STEPS) };
    case "one topic": {
      const [troubled] = topics;
      return {
        ...NOTHING,
        outages: [{ covers: ({ about }) => about === troubled, begin: from, end: until, manner: "refused" }],
      };
    }
    case "calm":
      return NOTHING;
  }
}

/** How long it lasts, ms. */
export function drawSpanMs(theme: Theme, random: Random): number {
  const spans: Record<Theme, readonly number[]> = {
    anything: [0, 0.5, 5, 5, 15, 30],
    late: [30],
    long: [5],
    unrecorded: [15],
    blocked: [5],
    worn: [0.5, 5, 45],
    "one topic": [6],
    calm: [5],
  };
  return SECOND + pick(random, spans[theme]) * MINUTE;
}

/** Whether processors and clients are disturbed meanwhile, too. */
export function isDisturbed(theme: Theme): boolean {
  return theme !== "one topic" && theme !== "calm";
}
