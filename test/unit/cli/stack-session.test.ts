import { expect, test } from "vitest";
import type { CliContext } from "../../../src/cli/context.js";
import type { StackConnection } from "../../../src/ports/stack-connection.js";
import { evp } from "./fake-context.js";

const EMPTY = { visible: 0, inFlight: 0, delayed: 0 };
const list = async () => [];
const connection: Partial<StackConnection> = {
  clients: { list, get: async () => new Map(), put: async () => true, remove: async () => undefined },
};

function started(portTaken: boolean): Partial<CliContext["localStack"]> {
  const port = portTaken ? 4567 : 4566;
  return {
    ensure: async () => ({ endpoint: `http://127.0.0.1:${port}`, pid: 42, port, started: true, portTaken }),
  };
}

test("a command that started the embedded stack says so on stderr", async () => {
  const { code, stderr } = await evp(["client", "list"], { connection, localStack: started(false) });
  expect(code).toBe(0);
  expect(stderr).toBe(
    "Started the embedded stack on http://127.0.0.1:4566 (process 42; evp local stop ends it).\n" +
      "No client is registered; evp client add registers one.\n",
  );
});

test("it says why when it took another port", async () => {
  const { stderr } = await evp(["client", "list"], { connection, localStack: started(true) });
  expect(stderr).toContain("on http://127.0.0.1:4567, since port 4566 is taken (process 42;");
});

test("--quiet leaves nothing but results and errors", async () => {
  const { code, stdout, stderr } = await evp(["client", "list", "--quiet"], { connection, localStack: started(false) });
  expect([code, stdout, stderr]).toEqual([0, "", ""]);
});

test("an empty list is [] in JSON", async () => {
  expect((await evp(["client", "list", "--json"], { connection })).stdout).toBe("[]\n");
});

test("a command that changes something elsewhere first says whose account it is", async () => {
  const { stderr } = await evp(["client", "enable", "client-1", "--target", "aws"], { connection });
  expect(stderr).toMatch(/^Target aws: account 123456789012, region eu-west-1, stack evp\nevp: there is no client/);
});

test("a command that only looks does not ask whose account it is", async () => {
  const identity = () => Promise.reject(new Error("asked"));
  const { code } = await evp(["client", "list", "--target", "aws"], { connection: { ...connection, identity } });
  expect(code).toBe(0);
});

test("the embedded stack is not started for a target elsewhere", async () => {
  const ensure = () => Promise.reject(new Error("started"));
  const world = { connection, localStack: { ensure } };
  expect((await evp(["client", "list", "--target", "aws"], world)).code).toBe(0);
});

test("a connection is closed, also after a failure", async () => {
  let closed = 0;
  const close = () => {
    closed += 1;
  };
  const failing = {
    ...connection,
    close,
    ingress: { name: "q", depth: () => Promise.reject(new Error("no")) } as never,
  };
  await evp(["client", "list"], { connection: { ...connection, close } });
  expect((await evp(["status"], { connection: failing })).code).toBe(1);
  expect(closed).toBe(2);
});

test("colour is for terminals, unless NO_COLOR or --no-color says otherwise", async () => {
  const depth = async () => EMPTY;
  const queue = { depth } as never;
  const journal = { blockedGroups: async () => [], processors: async () => [] } as never;
  const world = { connection: { ...connection, journal, ingress: queue, deadLetters: queue }, columns: 80 };
  const controlStart = String.fromCharCode(27);
  expect((await evp(["status"], world)).stdout).toContain(controlStart);
  expect((await evp(["status"], { ...world, env: { NO_COLOR: "1" } })).stdout).not.toContain(controlStart);
  expect((await evp(["status", "--no-color"], world)).stdout).not.toContain(controlStart);
  expect((await evp(["status"], { connection: world.connection })).stdout).not.toContain(controlStart);
});

test("evp local is about the embedded stack only", async () => {
  const { code, stderr } = await evp(["local", "stop", "--target", "aws"]);
  expect([code, stderr]).toEqual([
    2,
    "evp: evp local is about the embedded stack, and the target is aws\nAdd --target local.\n",
  ]);
});
