import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/commands/index.js";
import { findCandidates } from "../../../src/cli/completion/find-candidates.js";
import { createLookUp } from "../../../src/cli/completion/look-up.js";
import { joinWords, shellLines } from "../../../src/cli/completion/shell-lines.js";
import { valuesOfArgument, valuesOfOption } from "../../../src/cli/completion/value-kind.js";
import { clientRecord } from "../../doubles/memory-clients.js";
import { evp, fakeContext, temporaryFolder } from "./fake-context.js";

const KNOWN = {
  client: ["client-1", "client-2"],
  type: ["order", "refund"],
  fixture: ["valid", "invalid"],
  target: ["local", "aws"],
};

/** What may stand at the end of a command line; a space at its end begins a word. */
async function complete(line: string) {
  return findCandidates(line.split(" ").slice(1), COMMANDS, async (kind) => KNOWN[kind]);
}

async function valuesAt(line: string): Promise<string[]> {
  return (await complete(line)).candidates.map(({ value }) => value);
}

describe("what may stand at the end of a command line", () => {
  it("is every command that is not hidden, each with what it does", async () => {
    const { candidates } = await complete("evp ");
    expect(candidates).toContainEqual({ value: "tail", description: "watch what clients get, or what is rejected" });
    const names = candidates.map(({ value }) => value);
    expect(names).toEqual([...COMMANDS.map(({ name }) => name).filter((name) => name !== "__complete"), "help"]);
  });

  it.each([
    ["evp dl", ["dlq"]],
    ["evp client al", ["allow"]],
    ["evp --quiet client al", ["allow"]],
    ["evp --target aws client al", ["allow"]],
    ["evp help dl", ["dlq"]],
    ["evp help client al", ["allow"]],
    ["evp nosuch ", []],
    ["evp local no", []],
  ])("%s: a command: %j", async (line, values) => {
    expect(await valuesAt(line)).toEqual(values);
  });

  it.each([
    ["evp tail --con", ["--consume", "--config"]],
    ["evp --vers", ["--version"]],
    ["evp tail --he", ["--help"]],
    ["evp tail --all --a", []],
    ["evp tail --filter a=b --fi", ["--filter"]],
    ["evp tail --all --cons", []],
    ["evp tail --consume --si", []],
    ["evp tail -- --a", []],
    ["evp local --j", ["--json"]],
  ])("%s: an option, unless it is given or contradicts one that is: %j", async (line, values) => {
    expect(await valuesAt(line)).toEqual(values);
  });

  it.each([
    ["evp tail ", ["dlq", "client-1", "client-2"]],
    ["evp tail client-1 ", ["client-2"]],
    ["evp client allow ", ["client-1", "client-2"]],
    ["evp client allow client-1 ", ["order", "refund"]],
    ["evp client allow client-1 order ", ["refund"]],
    ["evp client poison client-1 ", ["skip", "block"]],
    ["evp dlq list --client ", ["client-1", "client-2"]],
    ["evp dlq list --client=client-2", ["--client=client-2"]],
    ["evp dlq list --type o", ["order"]],
    ["evp dlq list --reason malf", ["malformed-json"]],
    ["evp dlq list --reason=malf", ["--reason=malformed-json"]],
    ["evp send --fixture v", ["valid"]],
    ["evp --target l", ["local"]],
    ["evp completion z", ["zsh"]],
    ["evp tail --limit ", []],
    ["evp tail --nosuch=", []],
    ["evp why ", []],
    ["evp destroy ", []],
  ])("%s: a value: %j", async (line, values) => {
    expect(await valuesAt(line)).toEqual(values);
  });

  it.each([
    ["evp send ", true],
    ["evp --config ", true],
    ["evp --config=", true],
    ["evp tail ", false],
    ["evp dlq list --client ", false],
    ["evp ", false],
  ])("%s: files as the shell knows them: %s", async (line, wantsFiles) => {
    expect((await complete(line)).wantsFiles).toBe(wantsFiles);
  });

  it("is known for every client, type, fixture and file that a command takes", () => {
    const specs = COMMANDS.flatMap((spec) => ("commands" in spec ? spec.commands : [spec]));
    const places = specs.flatMap((spec) => [
      ...(spec.options ?? []).map((option) => ({ text: option.flags, ...valuesOfOption(option) })),
      ...(spec.arguments ?? []).map(({ name }) => ({ text: name, ...valuesOfArgument(name) })),
    ]);
    const missed = places.filter(({ text, words, kinds }) => {
      const meansName = /--client|--type |--fixture|<client|\[client|types|file>|file\]|<file|folder/.test(text);
      return meansName && kinds.length + words.length === 0;
    });
    expect(missed.map(({ text }) => text)).toEqual([]);
  });
});

describe("where names are looked for", () => {
  const clients = { list: async () => ["client-9", "client-1"].map((id) => clientRecord(id, [])) };
  const connection = { clients: clients as never };

  /** @param isPatient whether there is time for an answer */
  function lookUp(world: Parameters<typeof fakeContext>[0] = {}, isPatient = true) {
    const { context, connected } = fakeContext(world);
    if (isPatient) Object.assign(context.clock, { sleep: () => new Promise(() => undefined) });
    return { find: createLookUp(context), connected, clock: context.clock };
  }

  it("clients: in the registry of a stack that runs", async () => {
    const { find, connected } = lookUp({ connection });
    expect(await find("client", new Map([["--stack", "other"]]))).toEqual(["client-1", "client-9"]);
    expect(connected.map(({ stack }) => stack)).toEqual(["other"]);
  });

  it("clients: nowhere while the embedded stack does not run, which is not started", async () => {
    const status = async (stateDir: string) => ({ running: false, endpoint: null, pid: null, stateDir });
    const ensure = () => Promise.reject(new Error("started"));
    const { find, connected } = lookUp({ connection, localStack: { status, ensure } });
    expect(await find("client", new Map())).toEqual([]);
    expect(connected).toEqual([]);
  });

  it("clients: given up when the stack does not answer soon, or refuses", async () => {
    for (const list of [() => new Promise<never>(() => undefined), () => Promise.reject(new Error("no"))]) {
      const { find } = lookUp({ connection: { clients: { list } as never } }, false);
      expect(await find("client", new Map())).toEqual([]);
    }
  });

  it("clients: kept for a while, for each stack of its own", async () => {
    const home = temporaryFolder();
    const env = { HOME: home };
    const cwd = temporaryFolder();
    const first = lookUp({ connection, env, cwd });
    await first.find("client", new Map());
    const second = lookUp({ connection, env, cwd });
    expect(await second.find("client", new Map())).toEqual(["client-1", "client-9"]);
    expect(second.connected).toEqual([]);
    await second.find("client", new Map([["--stack", "other"]]));
    expect(second.connected).toHaveLength(1);
    expect(readdirSync(join(home, ".cache/evp"))).toHaveLength(2);
  });

  it("clients: those of before, where the stack does not answer any more", async () => {
    const home = temporaryFolder();
    const cwd = temporaryFolder();
    const env = { HOME: home };
    const before = lookUp({ connection, env, cwd });
    await before.find("client", new Map());
    const silent = { clients: { list: () => Promise.reject(new Error("no")) } as never };
    const { find, clock } = lookUp({ connection: silent, env, cwd });
    Object.assign(clock, { now: () => before.clock.now() + 60_000 });
    expect(await find("client", new Map())).toEqual(["client-1", "client-9"]);
  });

  it("clients: asked for again where what was kept cannot be read", async () => {
    const home = temporaryFolder();
    const cwd = temporaryFolder();
    const env = { HOME: home };
    await lookUp({ connection, env, cwd }).find("client", new Map());
    const folder = join(home, ".cache/evp");
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), "{");
    expect(await lookUp({ connection, env, cwd }).find("client", new Map())).toEqual(["client-1", "client-9"]);
  });

  it("types: in the folder of schemas and in the config file", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "schemas/order"), { recursive: true });
    writeFileSync(join(cwd, "schemas/readme.txt"), "");
    const config = { schemas: { folder: "schemas", types: { refund: "refund.json" } } };
    writeFileSync(join(cwd, "other.json"), JSON.stringify(config));
    const { find } = lookUp({ cwd });
    expect(await find("type", new Map([["--config", "other.json"]]))).toEqual(["order", "refund"]);
    expect(await find("type", new Map())).toEqual(["integration", "monitoring", "transaction", "user_action"]);
    expect(await find("type", new Map([["--config", "nosuch.json"]]))).toEqual([]);
  });

  it("fixtures and targets: those that come with evp, and the user's own", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "fixtures"));
    writeFileSync(join(cwd, "fixtures/mine.json"), "{}");
    writeFileSync(
      join(cwd, "evp.config.json"),
      JSON.stringify({ targets: { staging: { endpointUrl: "http://localhost:4567" } } }),
    );
    const { find } = lookUp({ cwd });
    expect(await find("fixture", new Map())).toEqual(expect.arrayContaining(["duplicate", "mine", "valid"]));
    expect(await find("target", new Map())).toEqual(["aws", "local", "staging"]);
  });
});

describe("the words of a shell", () => {
  it.each([
    [["dlq", "--client", "=", "cl"], ["dlq", "--client=cl"], "--client="],
    [["dlq", "--client", "="], ["dlq", "--client="], "--client="],
    [["dlq", "--client", "=", "cl", ""], ["dlq", "--client=cl", ""], ""],
    [["send", "--set", "=", "/a", "=", "5"], ["send", "--set=/a", "=", "5"], ""],
    [["tail", "=", "x"], ["tail", "=", "x"], ""],
    [["dlq", "--client=cl"], ["dlq", "--client=cl"], ""],
    [[""], [""], ""],
  ])("bash: %j", (typed, words, kept) => {
    expect(joinWords("bash", typed)).toEqual({ words, kept });
  });

  it("are whole in the other ones", () => {
    expect(joinWords("zsh", ["--client", "=", "x"])).toEqual({ words: ["--client", "=", "x"], kept: "" });
  });

  it("are answered line by line, without what the shell keeps", () => {
    const candidates = [
      { value: "--client=a", description: "" },
      { value: "b", description: "what it is" },
    ];
    expect(shellLines({ candidates, wantsFiles: true }, "--client=")).toBe("files\na\nb\twhat it is\n");
    expect(shellLines({ candidates: [], wantsFiles: false }, "")).toBe("values\n");
  });
});

describe("evp completion", () => {
  it.each(["bash", "zsh", "fish"])("prints the script of %s", async (shell) => {
    const { code, stdout } = await evp(["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${shell} completion for evp`);
    expect(stdout).toContain(`__complete ${shell} -- `);
  });

  it("says how to install it in the shell at hand", async () => {
    const { code, stdout } = await evp(["completion"], { env: { SHELL: "/usr/bin/zsh" } });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        "To complete evp's command lines in zsh, type once:\n\n" +
        "  echo 'autoload -Uz compinit && compinit; eval \"$(evp completion zsh)\"' >> ~/.zshrc\n\n" +
        "and open a new zsh.\n",
    });
  });

  it.each([
    [["completion"], { SHELL: "/bin/tcsh" }, "cannot be told which shell"],
    [["completion"], {}, "cannot be told which shell"],
    [["completion", "tcsh"], { SHELL: "/bin/bash" }, "evp knows no shell tcsh"],
  ])("%j with %j: %s", async (args, env, text) => {
    const { code, stderr } = await evp(args, { env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(text) });
    expect(stderr).toContain("Name one of bash, zsh, fish.");
  });

  it("shows no trace of what the scripts ask", async () => {
    const { stdout } = await evp(["--help"]);
    expect(stdout).not.toContain("__complete");
  });

  it("answers the scripts, options and all", async () => {
    const { code, stdout } = await evp(["__complete", "fish", "--", "dlq", "list", "--json", "--reason", "mal"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "values\nmalformed-json\n" });
    expect((await evp(["__complete", "fish", "--", "tail", "--he"])).stdout).toBe("values\n--help\tprint help\n");
  });
});
