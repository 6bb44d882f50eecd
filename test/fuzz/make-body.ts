import { createRandom, pickWeighted } from "../chaos/seeded-random.js";
import { invalidEnvelope, numberedBody, unknownSchema, wrongAddress } from "./envelope-bodies.js";
import type { HostileBody, Making, Shape } from "./hostile-body.js";
import { malformedBody, wronglyEncodedBody } from "./malformed-bodies.js";
import { catastrophicPayload, exhaustingPayload, oversizedBody, smallPayload, treePayload } from "./payload-bodies.js";
import { LARGE_VALID_BODIES, VALID_BODIES, validBody } from "./valid-bodies.js";

const FAMILIES = {
  valid: (making: Making) => validBody(making, VALID_BODIES),
  "large and valid": (making: Making) => validBody(making, LARGE_VALID_BODIES),
  malformed: malformedBody,
  "wrong UTF-8": wronglyEncodedBody,
  envelope: invalidEnvelope,
  address: wrongAddress,
  number: numberedBody,
  "schema unknown": unknownSchema,
  payload: smallPayload,
  catastrophic: catastrophicPayload,
  exhausting: exhaustingPayload,
  tree: treePayload,
  "too large": oversizedBody,
};
export type Family = keyof typeof FAMILIES;

/** How often each family is drawn, out of 1,000: what is large takes most of the time, however rare it is. */
const WEIGHTS: Record<Family, number> = {
  valid: 240,
  "large and valid": 6,
  malformed: 270,
  "wrong UTF-8": 10,
  envelope: 200,
  address: 50,
  number: 20,
  "schema unknown": 20,
  payload: 60,
  catastrophic: 60,
  exhausting: 40,
  tree: 20,
  "too large": 4,
};

export interface MadeBody extends HostileBody {
  family: Family;
  shape: Shape;
}

/** The body of that seed and number: always the same. */
export function makeBody(seed: number, serial: number, shape: Shape): MadeBody {
  const random = createRandom(seed, `body ${serial}`);
  const family = pickWeighted(random, WEIGHTS);
  return { ...FAMILIES[family]({ random, shape, serial }), family, shape };
}
