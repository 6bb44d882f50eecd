import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createExaminer, type Examine, type Examined } from "../../src/core/examine.js";
import { compileSchemas } from "../../src/core/schema-compiler.js";
import { cpuTimeMs, leastTimeMs } from "./cpu-time.js";
import { fuzzSchemaFiles } from "./fuzz-schemas.js";
import { MAPPING, type Shape } from "./hostile-body.js";
import { type MadeBody, makeBody } from "./make-body.js";
import { createTally, type Tally } from "./tally.js";

/** What one message may take of core. */
export const MAX_MS = 50;
const TRIES = 25;
/** Bodies after which everything is compiled and every cache is filled, as a share of all. */
const WARM_SHARE = 0.2;
/** What may be left over from all the bodies after that. */
const MAX_GROWTH_BYTES = 20 * 1024 * 1024;
const RECEIVED_AT = Date.UTC(2026, 10, 21, 10);

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
  let warmBytes = 0;
  for (let serial = 0; serial < bodies; serial++) {
    if (serial === warm) warmBytes = liveBytes();
    began(serial);
    const made = coreBody(seed, serial);
    const got = judge(made, examiners[made.shape], tally);
    if (got === undefined) tally.passed++;
    else tally.failures.push({ serial, made, got });
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

/** @returns what is wrong with the answer, if anything is */
function judge(made: MadeBody, examine: Examine, tally: Tally): string | undefined {
  const message = { body: made.body, attributes: {}, receivedAt: RECEIVED_AT };
  try {
    const before = cpuTimeMs();
    const examined = examine(message);
    let ms = cpuTimeMs() - before;
    if (ms > MAX_MS) ms = leastTimeMs(() => examine(message), TRIES);
    tally.count(made, ms);
    if (outcomeOf(examined) !== made.expected) return describe(examined);
    if (ms > MAX_MS) return `${ms.toFixed(0)} ms, ${TRIES} times`;
    return JSON.stringify(examine(message)) === JSON.stringify(examined) ? undefined : "another answer the second time";
  } catch (error) {
    return `it threw ${error instanceof Error ? error.stack : error}`;
  }
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
