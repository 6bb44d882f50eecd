import { describe } from "vitest";
import { createMemoryProducers } from "../doubles/memory-producers.js";
import { producerRegistryContract } from "./producer-registry-contract.js";

describe("the producer registry in memory", () => {
  producerRegistryContract(async () => createMemoryProducers());
});
