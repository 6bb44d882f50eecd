import { spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { spawn } from "@lydell/node-pty";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");
const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** What is typed before TAB, and what then stands there; each has one way to go on. */
const LINES: [typed: string, completed: string][] = [
  ["evp dlq li", "evp dlq list"],
  ["evp dlq list --reas", "evp dlq list --reason"],
  ["evp dlq list --reason malf", "evp dlq list --reason malformed-json"],
  ["evp dlq list --reason=malf", "evp dlq list --reason=malformed-json"],
  ["evp tail ac", "evp tail acme"],
  ["evp dlq list --client=ac", "evp dlq list --client=acme"],
  ["evp client allow acme integ", "evp client allow acme integration"],
  ["evp send --fixture dupl", "evp send --fixture duplicate"],
  ["evp send big", "evp send big-file.ndjson"],
  ["evp --config=evp.c", "evp --config=evp.config.json"],
  ["evp completion z", "evp completion zsh"],
];

/** A home whose stack runs and has a client acme, with evp on the path. */
async function prepare(): Promise<{ home: EvpHome; env: Record<string, string> }> {
  const home = await createEvpHome();
  await home.run(["init"]);
  await home.run(["client", "add", "acme", "transaction"]);
  const bin = join(home.folder, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "evp"), `#!/bin/sh\nexec '${process.execPath}' '${EVP}' "$@"\n`);
  await chmod(join(bin, "evp"), 0o755);
  await writeFile(join(home.folder, "big-file.ndjson"), "");
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: home.folder, TERM: "dumb", LANG: "C.UTF-8" };
  return { home, env };
}

const SETUP: Record<"bash" | "zsh", { args: string[]; lines: string }> = {
  bash: {
    args: ["--norc", "--noprofile", "-i"],
    lines: "bind 'set enable-bracketed-paste off'; eval \"$(evp completion bash)\"",
  },
  zsh: { args: ["-f", "-i"], lines: 'autoload -Uz compinit; compinit -u -D; eval "$(evp completion zsh)"' },
};

/** Types into a real shell in a terminal of its own. */
function openShell(shell: "bash" | "zsh", cwd: string, env: Record<string, string>) {
  const { args, lines } = SETUP[shell];
  const child = spawn(shell, args, { cwd, env, cols: 200, rows: 50, name: "dumb" });
  onTestFinished(() => child.kill("SIGKILL"));
  let written = "";
  child.onData((data) => {
    written += data;
  });
  const sees = async (wanted: string, withinMs: number) => {
    const deadline = performance.now() + withinMs;
    while (!written.includes(wanted) && performance.now() < deadline) await new Promise((turn) => setTimeout(turn, 20));
    return written.includes(wanted);
  };
  return {
    async ready() {
      child.write(`PS1='$ '; ${lines}; echo re''ady\r`);
      if (!(await sees("ready\r\n", 20_000))) throw new Error(`${shell} did not begin: ${written}`);
    },
    /** Again while it does not come: a list of clients is not waited for when the machine is slow. */
    async completes(typed: string, completed: string) {
      for (let attempt = 1; attempt <= 5; attempt++) {
        written = "";
        child.write(`${typed}\t`);
        if (await sees(completed, 5_000)) break;
        child.write("\u0015");
      }
      const seen = written;
      child.write("\u0015");
      return seen;
    },
  };
}

const isThere = (shell: Shell) => spawnSync(shell, ["--version"]).status === 0;
const demanded = (process.env.EVP_TEST_SHELLS ?? "bash").split(",");

describe.each(SHELLS)("completion in %s", (shell) => {
  if (!isThere(shell)) {
    const isDemanded = demanded.includes(shell);
    it.skipIf(!isDemanded)(`was not tried: ${shell} is not installed`, () => {
      throw new Error(`EVP_TEST_SHELLS demands ${shell}, which is not installed`);
    });
    return;
  }
  if (shell === "fish") it("completes commands, options, values, clients and files", () => inFish(shell));
  else it("completes commands, options, values, clients and files", () => inTerminal(shell));
});

async function inTerminal(shell: "bash" | "zsh"): Promise<void> {
  const { home, env } = await prepare();
  const terminal = openShell(shell, home.folder, env);
  await terminal.ready();
  for (const [typed, completed] of LINES) expect(await terminal.completes(typed, completed)).toContain(completed);
}

/** fish tells what it would offer. */
async function inFish(shell: Shell): Promise<void> {
  const { home, env } = await prepare();
  await writeFile(join(home.folder, "evp.fish"), (await home.run(["completion", "fish"])).stdout);
  const complete = async (line: string) => {
    const script = `source evp.fish; complete -C '${line}'`;
    const { stdout } = await execa(shell, ["--no-config", "-c", script], { cwd: home.folder, env });
    return stdout.split("\n").map((candidate) => candidate.split("\t")[0]);
  };
  for (const [typed, completed] of LINES) {
    const wanted = completed.split(" ").at(-1);
    let found: (string | undefined)[] = [];
    for (let attempt = 1; attempt <= 5 && found[0] !== wanted; attempt++) found = await complete(typed);
    expect([typed, found]).toEqual([typed, [wanted]]);
  }
}

it("answers quickly where nothing runs, and starts nothing", async () => {
  const home = await createEvpHome();
  const { stdout } = await home.run(["__complete", "bash", "--", "tail", ""]);
  expect(stdout).toBe("values\ndlq");
  expect(await home.json(["local", "status"])).toMatchObject({ running: false });
});
