import { expect, it } from "vitest";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { assertFits } from "../factories/output-document.js";
import { openTerminal } from "../factories/terminal.js";

interface Tailed {
  eventId: string;
  groupId: string;
  from: string;
}

interface CleanedUp {
  removed: string[];
  kept: { name: string; state: string; owner: string }[];
}

const lines = (ndjson: string) => ndjson.split("\n").map((line): Tailed => JSON.parse(line));

async function sendAndProcess({ run }: EvpHome, ...source: string[]): Promise<void> {
  expect(await run(["send", ...source])).toMatchObject({ exitCode: 0 });
  expect(await run(["process", "--drain"])).toMatchObject({ exitCode: 0 });
}

/** Waits until so many temporary subscriptions are there. */
async function untilTaps({ json }: EvpHome, count: number): Promise<CleanedUp["kept"]> {
  for (;;) {
    const { kept } = await json<CleanedUp>(["tail", "--cleanup"]);
    if (kept.length === count) return kept;
  }
}

it("shows on a terminal what two clients got and get, and leaves nothing behind at Ctrl-C", async () => {
  const home = await createEvpHome();
  await home.run(["init"]);
  await sendAndProcess(home, "--fixture", "valid");
  const terminal = openTerminal(["tail", "client-1", "client-3", "--since", "1h"], { folder: home.folder });
  await terminal.until("6 events from the journal; what follows is live.");
  const stored = terminal.text();
  expect(stored).toContain("Watching client-1 and client-3; Ctrl-C ends it.");
  expect(stored).toMatch(/^\d\d:\d\d:\d\d\.\d{3} client-1 transaction \S+ m?s transactionId=/m);
  expect(stored).toMatch(/^ {13}[0-9a-f-]{36} client-3#erp$/m);
  expect(stored).not.toContain("client-2");

  await sendAndProcess(home, "--fixture", "high-value");
  await terminal.until((screen) => screen.join("\n").split("is live.")[1]?.includes("transaction") === true);
  for (const line of terminal.text().split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  terminal.pressCtrlC();
  expect(await terminal.ended).toBe(0);
  expect(await home.json(["tail", "--cleanup"])).toEqual({ removed: [], kept: [] });
});

it("removes what a killed tail left behind, and never what a running one uses", async () => {
  const home = await createEvpHome();
  const { run, start, json } = home;
  await run(["init"]);
  const running = start(["tail", "client-1"]);
  const [used] = await untilTaps(home, 1);
  expect(used).toMatchObject({ state: "in-use", owner: expect.stringMatching(/^process \d+ on /) });
  const killed = start(["tail", "--all"]);
  await untilTaps(home, 2);
  killed.kill("SIGKILL");
  await killed.exitCode;

  const { exitCode, stderr } = await run(["tail", "client-2", "--timeout", "1s"]);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/Removed 1 temporary subscription of tails that are gone: evp-tail-[0-9a-z]{10}\.fifo/);
  const cleanedUp = await json<CleanedUp>(["tail", "--cleanup"]);
  expect(cleanedUp).toEqual({ removed: [], kept: [expect.objectContaining({ name: used?.name, state: "in-use" })] });
  await assertFits(cleanedUp, "tail");

  const asked = await run(["tail", "--cleanup"]);
  expect(asked).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`${used?.name}: in use by process `) });
  expect(asked.stdout).toContain("Kept 1 temporary subscription (--yes removes them too):");
  expect(await json(["tail", "--cleanup", "--yes"])).toEqual({ removed: [used?.name], kept: [] });
  expect(await running.exitCode).toBe(1);
});

it("asks on a terminal before it removes what is in use", async () => {
  const home = await createEvpHome();
  await home.run(["init"]);
  home.start(["tail", "client-1"]);
  await untilTaps(home, 1);
  const terminal = openTerminal(["tail", "--cleanup"], { folder: home.folder });
  await terminal.until("Remove it too? A tail that uses one would end. [y/N]");
  terminal.type("n\r");
  expect(await terminal.ended).toBe(0);
  expect(terminal.text()).toContain("Kept 1 temporary subscription");
});

it("prints lines of JSON off a terminal, as their schema says", async () => {
  const home = await createEvpHome();
  await home.run(["init"]);
  await sendAndProcess(home, "--fixture", "mixed");
  for (const what of [["--all"], ["dlq"]]) {
    const { stdout } = await home.run(["tail", ...what, "--since", "1h", "--no-follow"]);
    expect(lines(stdout).length).toBeGreaterThan(0);
    for (const line of lines(stdout)) await assertFits(line, "tail");
  }
  const { stdout } = await home.run(["tail", "client-1", "--consume", "--limit", "1"]);
  await assertFits(JSON.parse(stdout), "tail");
});

it("filters, and limits", async () => {
  const home = await createEvpHome();
  await home.run(["init"]);
  await sendAndProcess(home, "--fixture", "valid");
  const tail = async (...filters: string[]) => {
    const flags = filters.flatMap((filter) => ["--filter", filter]);
    const { stdout } = await home.run(["tail", "--all", "--since", "1h", "--no-follow", ...flags, "--limit", "3"]);
    return stdout === ""
      ? []
      : lines(stdout)
          .map(({ groupId }) => groupId)
          .sort();
  };
  expect(await tail("type=transaction")).toEqual(["client-1#account-1", "client-3#account-1"]);
  expect(await tail("type!=transaction", "/payload/message~disk")).toEqual(["client-1#agent", "client-2#agent"]);
  expect(await tail()).toHaveLength(3);
});

it("goes over from the journal to what is live with no gap and nothing twice, under traffic", async () => {
  const home = await createEvpHome();
  await home.run(["init"]);
  home.start(["process"]);
  const sending = home.json<{ events: { id: string; groupId: string }[] }>([
    "send",
    "--fixture",
    "valid",
    "--client",
    "client-1",
    "--count",
    "600",
    "--rate",
    "100/s",
  ]);
  for (;;) {
    const stored = await home.run(["tail", "client-1", "--since", "1h", "--no-follow"]);
    if (stored.stdout !== "") break;
  }
  const { stdout } = await home.run(["tail", "client-1", "--since", "1h", "--limit", "600", "--timeout", "30s"]);
  const { events } = await sending;
  const tailed = lines(stdout);
  expect(new Set(tailed.map(({ from }) => from))).toEqual(new Set(["journal", "topic"]));
  expect(tailed.map(({ eventId }) => eventId).sort()).toEqual(events.map(({ id }) => id).sort());
  for (const group of new Set(events.map(({ groupId }) => groupId))) {
    const inGroup = (records: { groupId: string }[]) => records.filter(({ groupId }) => groupId === group);
    expect(inGroup(tailed)).toEqual(
      inGroup(events).map(({ groupId, ...event }) =>
        expect.objectContaining({ groupId, eventId: (event as { id: string }).id }),
      ),
    );
  }
});

it("ends quietly when its reader has gone, and removes its subscription", async () => {
  const home = await createEvpHome();
  await home.run(["init"]);
  await sendAndProcess(home, "--fixture", "valid");
  const tail = home.start(["tail", "client-1", "--since", "1h"]);
  tail.closeStdout();
  expect(await tail.exitCode).toBe(0);
  expect(await home.json(["tail", "--cleanup"])).toEqual({ removed: [], kept: [] });
});
