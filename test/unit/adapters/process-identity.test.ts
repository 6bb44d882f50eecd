import { expect, it } from "vitest";
import { thisProcess } from "../../../src/adapters/process-identity.js";

it("this process is known by its id, its machine and what it sees of others", () => {
  const { pid, machine, host, isRunning } = thisProcess();
  expect({ pid, machine: thisProcess().machine }).toEqual({ pid: process.pid, machine });
  expect(machine).toMatch(/^([0-9a-f]{16})?$/);
  expect(host).not.toBe("");
  expect(isRunning(process.pid)).toBe(true);
  // Another user's process is running too, although it takes no signal.
  expect(isRunning(1)).toBe(true);
  expect(isRunning(2 ** 30)).toBe(false);
});
