import { describe } from "vitest";
import { ModelStack } from "../factories/model-stack.js";
import { clientRegistryContract } from "./client-registry-contract.js";
import { modelContract } from "./model-contract.js";
import { modelTarget } from "./model-target.js";

describe("the stack of the processor's own tests", () => {
  const target = modelTarget((clock) => new ModelStack(clock));

  modelContract(target);

  describe("its client registry", () => {
    clientRegistryContract(async () => (await target.openConnection()).clients);
  });
});
