import { describe, expect, it } from "vitest";
import { readTailTask, type TailFlags } from "../../../src/cli/tail-flags.js";
import { evp } from "./fake-context.js";

const read = (args: string[], flags: TailFlags = {}) => readTailTask({ args, flags });

describe("what a command line of evp tail asks for", () => {
  it.each([
    [["client-1"], {}, { kind: "clients", choice: { clientIds: ["client-1"] } }],
    [
      ["client-1", "client-2"],
      { since: { agoMs: 1 } },
      { kind: "clients", choice: { clientIds: ["client-1", "client-2"] } },
    ],
    [[], { all: true }, { kind: "clients", choice: { all: true } }],
    [["client-1"], { consume: true }, { kind: "consume", clientId: "client-1" }],
    [["dlq"], { since: { agoMs: 1 }, follow: false }, { kind: "dlq" }],
    [[], { cleanup: true }, { kind: "cleanup" }],
  ] as const)("%j %j", (args, flags, task) => {
    expect(read([...args], flags)).toEqual(task);
  });

  it.each([
    [[], {}, "nothing to watch"],
    [["client-1"], { all: true }, "--all is given too"],
    [["client-1", "dlq"], {}, "cannot be watched at once"],
    [["dlq"], { all: true }, "cannot be watched at once"],
    [["dlq"], { consume: true }, "dead letters are not consumed"],
    [["client-1", "client-2"], { consume: true }, "takes from one client's queue"],
    [["client-1"], { follow: false }, "nothing to show"],
    [["client-1"], { cleanup: true }, "every temporary subscription"],
  ] as const)("refuses %j %j: %s", (args, flags, message) => {
    expect(() => read([...args], flags)).toThrow(message);
  });
});

it.each([
  [["tail", "client-1", "--consume", "--filter", "type=x"], "'--consume' cannot be used with option '--filter"],
  [["tail", "client-1", "--filter", "type"], "a name, one of = != ~ and a value were expected"],
  [["tail"], "nothing to watch"],
  [["tail", "--cleanup", "--all"], "cannot be used with option"],
  [["tail", "client-1", "--since", "yesterday"], "how long ago"],
])("evp %j is a mistake that is told before any stack is started", async (args, text) => {
  const ensure = () => Promise.reject(new Error("started"));
  const { code, stderr } = await evp(args, { localStack: { ensure } });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(text) });
});
