import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createExaminer, type Examine, type Examined, type IncomingMessage } from "../../src/core/examine.js";
import { compileSchemas } from "../../src/core/schema-compiler.js";
import { cpuTimeMs, leastTimeMs } from "./cpu-time.js";
import { fuzzSchemaFiles } from "./fuzz-schemas.js";
import { MAPPING, type Shape } from "./hostile-body.js";
import { type MadeBody, makeBody } from "./make-body.js";
import { createTally, type Failure, type Tally } from "./tally.js";

/** What one message may take of core. */
export const MAX_MS = 50;
/** A body that took longer is tried again once all others are through: this often, in so many rounds, so far apart. */
const TRIES = 3;
const ROUNDS = 40;
const BETWEEN_ROUNDS_MS = 400;
/** Bodies after which everything is compiled and every cache is filled, as a share of all. */
const WARM_SHARE = 0.2;
/** What may be left over from all the bodies after that. */
const MAX_GROWTH_BYTES = 20 * 1024 * 1024;
/** A place in memory that nobody changes, to wait at. */
const NEVER = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const RECEIVED_AT = Date.UTC(2026, 10, 21, 10);

/** A body that took too long at its first try. */
interface Slow {
  serial: number;
  leastMs: number;
}

/** `got`: what is wrong with the answer, if anything is. */
interface Judged {
  got?: string | undefined;
  ms: number;
}

export interface CoreReport extends Omit<Tally, "count"> {
  /** Bytes that the heap grew by, from when it was warm to the end. */
  grownBytes: number;
  isFlat: boolean;
}

/** Puts so many bodies through core, one by one. `began`: told of each before core is */
export function fuzzCore(seed: number, bodies: number, began: (serial: number) => void = () => {}): CoreReport {
  const examiners = createExaminers();
  const tally = createTally();
  const warm = Math.floor(bodies * WARM_SHARE);
  const slow: Slow[] = [];
  let warmBytes = 0;
  for (let serial = 0; serial < bodies; serial++) {
    if (serial === warm) warmBytes = liveBytes();
    began(serial);
    const made = coreBody(seed, serial);
    const { got, ms } = judge(made, examiners[made.shape]);
    if (got === undefined && ms > MAX_MS) slow.push({ serial, leastMs: ms });
    else settle(tally, { serial, made, got }, ms);
  }
  for (const { serial, leastMs } of tryAgain(seed, slow, examiners, began)) {
    const got = leastMs > MAX_MS ? `${leastMs.toFixed(0)} ms, ${TRIES * ROUNDS} times` : undefined;
    settle(tally, { serial, made: coreBody(seed, serial), got }, leastMs);
  }
  const grownBytes = liveBytes() - warmBytes;
  const { passed, failures, rows } = tally;
  return { passed, failures, rows, grownBytes, isFlat: grownBytes < MAX_GROWTH_BYTES };
}

/** The body of that number: half of them are in evp's own shape. */
export function coreBody(seed: number, serial: number): MadeBody {
  const others: Shape = serial % 4 === 1 ? "cloudevents" : "mapped";
  return makeBody(seed, serial, serial % 2 === 0 ? "evp" : others);
}

function createExaminers(): Record<Shape, Examine> {
  const schemas = compileSchemas(fuzzSchemaFiles(), [
    {
      name: "large",
      if: { properties: { payload: { properties: { amount: { minimum: 100 } } } } },
      attributes: { size: "l" },
    },
  ]);
  const create = (mapping: Parameters<typeof createExaminer>[0]["mapping"]) =>
    createExaminer({ mapping, schemas, maxEventBytes: 256 * 1024 });
  return { evp: create("evp"), cloudevents: create("cloudevents"), mapped: create(MAPPING) };
}

function settle(tally: Tally, { serial, made, got }: Omit<Failure, "got"> & Pick<Judged, "got">, ms: number): void {
  tally.count(made, ms);
  if (got === undefined) tally.passed++;
  else tally.failures.push({ serial, made, got });
}

function judge(made: MadeBody, examine: Examine): Judged {
  const message = messageOf(made.body);
  try {
    const before = cpuTimeMs();
    const examined = examine(message);
    const ms = cpuTimeMs() - before;
    if (outcomeOf(examined) !== made.expected) return { got: describe(examined), ms };
    if (JSON.stringify(examine(message)) !== JSON.stringify(examined)) return { got: "another answer then", ms };
    return { ms };
  } catch (error) {
    return { got: `it threw ${error instanceof Error ? error.stack : error}`, ms: 0 };
  }
}

/**
 * A neighbour of the machine that shares a core's caches makes everything take twice as long, for seconds on end: what was slow
 * counts as slow only if it never is any faster.
 */
function tryAgain(
  seed: number,
  slow: Slow[],
  examiners: Record<Shape, Examine>,
  began: (serial: number) => void,
): Slow[] {
  for (let round = 0; round < ROUNDS && slow.some(isTooSlow); round++) {
    for (const one of slow.filter(isTooSlow)) {
      began(one.serial);
      const { body, shape } = coreBody(seed, one.serial);
      one.leastMs = Math.min(
        one.leastMs,
        leastTimeMs(() => examiners[shape](messageOf(body)), TRIES),
      );
    }
    if (slow.some(isTooSlow)) Atomics.wait(NEVER, 0, 0, BETWEEN_ROUNDS_MS);
  }
  return slow;
}

function isTooSlow({ leastMs }: Slow): boolean {
  return leastMs > MAX_MS;
}

function messageOf(body: string): IncomingMessage {
  return { body, attributes: {}, receivedAt: RECEIVED_AT };
}

function outcomeOf(examined: Examined): string {
  return examined.ok ? "published" : examined.rejection.reason;
}

function describe(examined: Examined): string {
  return examined.ok ? "published" : `${examined.rejection.reason}: ${examined.rejection.detail.slice(0, 200)}`;
}

/** Bytes of the heap that are in use once everything that can be collected is. */
function liveBytes(): number {
  setFlagsFromString("--expose_gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  return process.memoryUsage().heapUsed;
}
