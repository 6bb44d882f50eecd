import { expect, test } from "vitest";
import { runProgram } from "../../../src/cli/program.js";
import { evp, fakeContext } from "./fake-context.js";

/** Resets in a world that tells whether anything was deleted. */
async function reset(args: string[], terminal: { columns?: number; input?: string }) {
  let isDeleted = false;
  const localStack = {
    reset: async () => {
      isDeleted = true;
    },
  };
  const ran = await evp(["local", "reset", ...args], { localStack, ...terminal });
  return { ...ran, isDeleted };
}

test.each(["y\n", "Y\n", "yes\n"])("%j is a yes", async (input) => {
  expect(await reset([], { columns: 80, input })).toMatchObject({ code: 0, isDeleted: true });
});

test.each(["n\n", "\n", "", "yep\n"])("%j is a no", async (input) => {
  const { code, stderr, isDeleted } = await reset([], { columns: 80, input });
  expect([code, isDeleted]).toEqual([1, false]);
  expect(stderr).toMatch(
    /^Delete everything that the embedded stack keeps in .*\? \[y\/N\] evp: nothing was changed\n/,
  );
});

test("--yes answers", async () => {
  expect(await reset(["--yes"], {})).toMatchObject({ code: 0, isDeleted: true });
});

test.each([
  ["without a terminal", [], {}],
  ["with --no-input", ["--no-input"], { columns: 80, input: "y\n" }],
])("%s a missing --yes is a mistake of usage", async (_name, args, terminal) => {
  const { code, stderr, isDeleted } = await reset(args, terminal);
  expect([code, isDeleted]).toEqual([2, false]);
  expect(stderr).toContain("Add --yes to do it without a question.\n");
});

test.each([["destroy"], ["dlq", "purge", "--all"], ["client", "remove", "client-1"]])(
  "evp %s %s needs a yes before it does anything",
  async (...command) => {
    const { code, connected } = await evp(command);
    expect(code).toBe(2);
    expect(connected).toEqual([]);
  },
);

test("the question before a stack elsewhere is removed names the account", async () => {
  const { stderr } = await evp(["destroy", "--target", "aws", "--quiet"], { columns: 80, input: "n\n" });
  expect(stderr).toContain("Remove the stack evp on aws (account 123456789012, region eu-west-1), and every");
});

test("Ctrl-C at the question changes nothing", async () => {
  const { context, stop, stderr } = fakeContext({ columns: 80 });
  const { PassThrough } = await import("node:stream");
  context.stdin = Object.assign(new PassThrough(), { isTTY: true });
  context.localStack.reset = () => Promise.reject(new Error("deleted"));
  context.stderr.once("data", () => stop.abort());
  expect(await runProgram(["node", "evp", "local", "reset"], context)).toBe(130);
  expect(stderr.text()).toContain("evp: interrupted");
});
