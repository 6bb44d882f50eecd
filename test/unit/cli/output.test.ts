import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { runProgram } from "../../../src/cli/program.js";
import { writeText } from "../../../src/cli/write-stream.js";
import { fakeContext } from "./fake-context.js";

/** A stream that takes nothing. */
function brokenStream(code: string, message: string) {
  return new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(message), { code })),
  });
}

const STATUS = ["node", "evp", "local", "status"];

test("a text is written once it has been taken", async () => {
  let take = () => {};
  const stream = new Writable({
    write: (_chunk, _encoding, done) => {
      take = done;
    },
  });
  let isWritten = false;
  const writing = writeText(stream, "a").then(() => {
    isWritten = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isWritten).toBe(false);
  take();
  await writing;
  expect(isWritten).toBe(true);
});

test("a broken stream is reported to whoever writes", async () => {
  const stream = brokenStream("EPIPE", "write EPIPE");
  stream.on("error", () => undefined);
  await expect(writeText(stream, "a")).rejects.toMatchObject({ code: "output-failed" });
});

test.each([
  ["a result", STATUS],
  ["help", ["node", "evp", "--help"]],
])("%s that cannot be written is a failure, which says why", async (_what, argv) => {
  const { context, stderr } = fakeContext();
  context.stdout = brokenStream("ENOSPC", "ENOSPC: no space left on device, write");
  expect(await runProgram(argv, context)).toBe(1);
  expect(stderr.text()).toContain("evp: cannot write the output: ENOSPC: no space left on device, write\n");
});

test("a reader that has gone is no failure", async () => {
  const { context, stderr } = fakeContext();
  context.stdout = brokenStream("EPIPE", "write EPIPE");
  expect(await runProgram(STATUS, context)).toBe(0);
  expect(stderr.text()).toBe("");
});

test("a broken stderr stops nothing", async () => {
  const status = async (stateDir: string) => {
    await new Promise((resolve) => setImmediate(resolve));
    return { running: false, endpoint: null, pid: null, stateDir };
  };
  const { context, stdout } = fakeContext({ localStack: { status } });
  context.stderr = brokenStream("EPIPE", "write EPIPE");
  context.stderr.write("something");
  expect(await runProgram([...STATUS, "--json"], context)).toBe(0);
  expect(JSON.parse(stdout.text())).toMatchObject({ running: false });
});

test("a failure keeps its exit code when stderr is broken", async () => {
  const { context } = fakeContext();
  context.stderr = brokenStream("ENOSPC", "no space left on device");
  expect(await runProgram(["node", "evp", "snd"], context)).toBe(2);
});
