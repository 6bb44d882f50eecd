import type { AwsRequest, AwsServiceName } from "./aws-request.js";
import { between, createRandom, pickWeighted, type Random } from "./seeded-random.js";

/**
 * What happens to one call. `reset-before`, `hang-before`, `error` and `throttle` have no effect on the stack; `reset-after`
 * and `hang-after` have it, and the answer is lost; `delay` only takes longer.
 */
export type Fault =
  | { kind: "none" }
  | { kind: "delay"; delayMs: number }
  | { kind: "reset-before" | "reset-after" | "hang-before" | "hang-after" | "error" | "throttle" };

export type FaultKind = Fault["kind"];

/** Something the processor depends on: a service, or one queue, topic or table of it. */
export interface Dependency {
  service: AwsServiceName;
  /** Name of the queue, topic or table; all of the service's when it is left out. */
  resource?: string;
}

/** How calls to a dependency that is down end. */
export type Outage = Extract<FaultKind, "reset-before" | "hang-before" | "error" | "throttle">;

/** Decides what happens to each call. */
export interface FaultPlan {
  faultFor(request: AwsRequest): Fault;
  /** From now on no call to the dependency has an effect. */
  takeDown(dependency: Dependency, outage: Outage): void;
  bringUp(dependency: Dependency): void;
  /** From now on nothing fails by chance; what is down stays down. */
  calm(): void;
  /** Calls that something happened to, by what it was. */
  readonly counts: Readonly<Record<string, number>>;
}

interface FaultPlanOptions {
  seed: number;
  /** The share of the calls of an operation that something happens to is drawn from 0 to this; 0 for a plan of outages alone. */
  intensity: number;
  /** Latency that is added to a call, at most. Well below the caller's timeout, or a delay is a hang. */
  maxDelayMs: number;
}

/** What a processor asks once, when it starts: it ends when the first contact fails, which is no fault of the engine's. */
const FIRST_CONTACT = new Set(["GetCallerIdentity", "GetQueueUrl", "GetQueueAttributes"]);

/** How often each kind of fault is meant to occur beside the others; a hang costs the caller its whole timeout. */
const KINDS = {
  delay: 4,
  "reset-before": 2,
  "reset-after": 3,
  error: 2,
  throttle: 2,
  "hang-before": 0.5,
  "hang-after": 0.5,
} satisfies Partial<Record<FaultKind, number>>;

/**
 * A plan of faults that follows from the seed: each operation on each queue, topic or table has weather of its own, and its
 * n-th call meets the same fate whatever other calls there are.
 */
export function createFaultPlan({ seed, intensity, maxDelayMs }: FaultPlanOptions): FaultPlan {
  const weathers = new Map<string, () => Fault>();
  const outages = new Map<Dependency, Outage>();
  const counts: Record<string, number> = {};
  let isCalm = intensity === 0;

  function chance(request: AwsRequest): Fault {
    if (isCalm || FIRST_CONTACT.has(request.action)) return { kind: "none" };
    const key = `${request.action} ${request.resources.join(" ")}`;
    const weather = weathers.get(key) ?? createWeather(createRandom(seed, `faults ${key}`), intensity, maxDelayMs);
    weathers.set(key, weather);
    return weather();
  }

  return {
    counts,
    faultFor(request) {
      const down = [...outages].find(([dependency]) => concerns(dependency, request));
      const fault = down === undefined ? chance(request) : { kind: down[1] };
      if (fault.kind !== "none") counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
      return fault;
    },
    takeDown: (dependency, outage) => void outages.set(dependency, outage),
    bringUp: (dependency) => void outages.delete(dependency),
    calm() {
      isCalm = true;
    },
  };
}

function concerns({ service, resource }: Dependency, request: AwsRequest): boolean {
  return service === request.service && (resource === undefined || request.resources.includes(resource));
}

function createWeather(random: Random, intensity: number, maxDelayMs: number): () => Fault {
  const share = random() * intensity;
  const weights = { ...KINDS };
  // Some operations meet one kind of fault above all.
  weights[pickWeighted(random, KINDS)] *= 4;
  return () => {
    if (random() >= share) return { kind: "none" };
    const kind = pickWeighted(random, weights);
    return kind === "delay" ? { kind, delayMs: between(random, 1, maxDelayMs) } : { kind };
  };
}
