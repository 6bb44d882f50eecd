import type { Measure } from "../bench-context.js";
import { computeCost } from "./cost.js";
import { measureEmulators } from "./emulators.js";
import { measureFunction } from "./function.js";
import { measureGateway } from "./gateway.js";
import { measureLatency } from "./latency.js";
import { measurePoison } from "./poison.js";
import { measurePostgres } from "./postgres.js";
import { measureStartUp } from "./start-up.js";
import { measureOnStack, measureOnStub } from "./throughput.js";

/** The parts of the bench, by the names that `--only` takes. */
export const SECTIONS: Record<string, Measure> = {
  stub: measureOnStub,
  stack: measureOnStack,
  latency: measureLatency,
  poison: measurePoison,
  emulators: measureEmulators,
  postgres: measurePostgres,
  startup: measureStartUp,
  function: measureFunction,
  gateway: measureGateway,
  cost: computeCost,
};
