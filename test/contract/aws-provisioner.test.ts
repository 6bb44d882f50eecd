import { describe } from "vitest";
import { servedTarget } from "./aws-target.js";
import { provisionerContract } from "./provisioner-contract.js";

const target = servedTarget();

describe("resources of AWS", () => {
  provisionerContract(() => target.open());
});
