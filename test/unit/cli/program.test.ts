import { expect, test } from "vitest";
import { runProgram } from "../../../src/cli/program.js";
import { EvpError } from "../../../src/core/errors.js";
import { CallError } from "../../../src/ports/call.js";
import { evp, fakeContext } from "./fake-context.js";

test("evp alone prints help on stdout and is fine", async () => {
  const { code, stdout, stderr } = await evp([]);
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: evp [options] [command]");
  expect(stdout).toContain("send [file]");
  expect(stderr).toBe("");
});

test("--help lists every command but those that are for evp itself", async () => {
  const { stdout } = await evp(["--help"]);
  for (const name of ["demo", "init", "process", "send", "tail", "dlq", "client", "status", "destroy", "local"]) {
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  }
  expect((await evp(["local", "--help"])).stdout).not.toContain("serve");
});

test("a command's help has its options, the global ones and examples", async () => {
  const { code, stdout } = await evp(["send", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: evp send [options] [file]");
  expect(stdout).toContain("--fixture <name>");
  expect(stdout).toContain("Global Options:");
  expect(stdout).toContain("Examples:\n  evp send --fixture valid");
  expect((await evp(["help", "send"])).stdout).toBe(stdout);
});

test("--version prints the version", async () => {
  expect(await evp(["--version"])).toMatchObject({ code: 0, stdout: "1.2.3\n", stderr: "" });
});

test("an unknown command gets a suggestion", async () => {
  const { code, stdout, stderr } = await evp(["snd", "--fixture", "valid"]);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toBe("evp: unknown command 'snd'\nDid you mean send?\n");
});

test("an unknown command of a group gets a suggestion", async () => {
  expect((await evp(["dlq", "lst"])).stderr).toBe("evp: unknown command 'lst'\nDid you mean list?\n");
});

test("an unknown option gets a suggestion", async () => {
  const { code, stderr } = await evp(["send", "--fixtur", "valid"]);
  expect(code).toBe(2);
  expect(stderr).toBe("evp: unknown option '--fixtur'\nDid you mean --fixture?\n");
});

test("an option without anything like it points at the command's help", async () => {
  const { stderr } = await evp(["dlq", "show", "x", "--zzzzzz"]);
  expect(stderr).toBe("evp: unknown option '--zzzzzz'\nRun evp dlq show --help to see what it takes.\n");
});

test("a value that cannot be read says what was expected", async () => {
  const { code, stderr } = await evp(["send", "--count", "0", "--fixture", "valid"]);
  expect(code).toBe(2);
  expect(stderr).toContain("option '--count <n>' argument '0' is invalid. Expected a whole number, 1 or more.");
});

test("a missing argument is a mistake of usage", async () => {
  const { code, stderr } = await evp(["dlq", "show"]);
  expect(code).toBe(2);
  expect(stderr).toBe("evp: missing required argument 'id'\nRun evp dlq show --help to see what it takes.\n");
});

test("a group without a command prints its help on stderr", async () => {
  const { code, stdout, stderr } = await evp(["dlq"]);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("Usage: evp dlq");
});

test("with --json an error is one line of JSON on stderr", async () => {
  const { code, stdout, stderr } = await evp(["snd", "--json"]);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(JSON.parse(stderr)).toEqual({
    error: { code: "unknown-command", message: "unknown command 'snd'", hint: "Did you mean send?", retryable: false },
  });
});

test("global flags are understood before and after the command", async () => {
  const before = await evp(["--json", "--stack", "one", "local", "status"]);
  const after = await evp(["local", "status", "--stack", "one", "--json"]);
  expect(JSON.parse(before.stdout).running).toBe(true);
  expect(JSON.parse(after.stdout).running).toBe(true);
});

test("an error says what, and what to do, and ends with its category's exit code", async () => {
  const status = async () => {
    throw new EvpError("the thing is not there", { code: "no-thing", category: "not-found", hint: "Make one." });
  };
  const { code, stderr } = await evp(["local", "status"], { localStack: { status } });
  expect(code).toBe(4);
  expect(stderr).toBe("evp: the thing is not there\nMake one.\n");
});

test("what an error quotes from outside cannot reach the terminal's controls", async () => {
  const status = async () => {
    throw new EvpError("bad \u001b[2Jname\u0007", { code: "bad", category: "failed" });
  };
  expect((await evp(["local", "status"], { localStack: { status } })).stderr).toBe("evp: bad name\n");
});

test("a surprise is told as evp's own fault, with a stack trace only when asked for", async () => {
  const status = async () => {
    throw new TypeError("x is not a function");
  };
  const plain = await evp(["local", "status"], { localStack: { status } });
  expect(plain.code).toBe(1);
  expect(plain.stderr).toMatch(/^evp: x is not a function\nThis is a fault of evp itself\..*\n$/);
  const verbose = await evp(["local", "status", "--verbose"], { localStack: { status } });
  expect(verbose.stderr).toContain("TypeError: x is not a function\n    at ");
});

test("a signal interrupts a command that has no end of its own", async () => {
  const { context, stop, stderr } = fakeContext({
    localStack: {
      status: () => {
        stop.abort();
        return new Promise(() => undefined);
      },
    },
  });
  expect(await runProgram(["node", "evp", "local", "status"], context)).toBe(130);
  expect(stderr.text()).toContain("evp: interrupted\n");
});

test("a second signal abandons a command that ends in its own time", async () => {
  const { context, stop, force, stderr } = fakeContext({
    localStack: {
      ensure: () => {
        stop.abort();
        setImmediate(() => force.abort());
        return new Promise(() => undefined);
      },
    },
  });
  expect(await runProgram(["node", "evp", "tail", "client-1"], context)).toBe(130);
  expect(stderr.text()).toContain("evp: interrupted\n");
});

test("a broken pipe ends quietly", async () => {
  const { context, stderr } = fakeContext({
    localStack: {
      status: () => {
        context.stdout.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
        return new Promise(() => undefined);
      },
    },
  });
  expect(await runProgram(["node", "evp", "local", "status"], context)).toBe(0);
  expect(stderr.text()).toBe("");
});

test("an endpoint that does not answer ends with 7", async () => {
  const fault = { code: "ECONNREFUSED", message: "connect ECONNREFUSED 127.0.0.1:9", isSenderFault: false };
  const depth = async () => {
    throw new CallError("asking for the depth of evp-ingress.fifo: connect ECONNREFUSED", fault, "unreachable");
  };
  const { code, stderr } = await evp(["status", "--endpoint-url", "http://127.0.0.1:9"], {
    connection: {
      ingress: { depth },
      deadLetters: { depth },
      clients: { list: depth },
      journal: { blockedGroups: depth, processors: depth },
      queue: () => ({ depth }),
    } as never,
  });
  expect(stderr).toContain("evp: the target does not answer");
  expect(code).toBe(7);
});
