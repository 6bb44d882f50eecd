import { describe, expect, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";
import { openTerminal } from "../factories/terminal.js";

/** Home, and nothing below: what a terminal made of the last frame when its size changed is gone. */
const CLEARED = "\u001b[H\u001b[J";

describe("evp process on a terminal of 80 × 24", () => {
  it("shows what it does, survives every size, and gives the terminal back", async () => {
    const { folder, run } = await createEvpHome();
    await run(["init"]);
    const terminal = openTerminal(["process"], { folder });
    await terminal.until("Waiting for events.");
    expect(terminal.isOnAlternateScreen()).toBe(true);
    expect(terminal.isCursorShown()).toBe(false);

    await run(["send", "--fixture", "valid"]);
    await run(["send", "--fixture", "invalid"]);
    const screen = await terminal.until(/3 rejected/);
    expect(screen[0]).toMatch(/^evp process · evp on local · 0:00:\d\d$/);
    expect(screen.join("\n")).toMatch(/^client-1 +\d+ +2 +0 {3}\S+ +\d+ +\d+ +0$/m);
    expect(screen.join("\n")).toContain("client-1 · schema-violation · /payload/amount must be number");
    expect(screen.at(-2)).toBe("");
    await terminal.until(/cost +\d\.\d\d API calls\/event/);
    await terminal.until(/queue +0 waiting · 0 in flight · 0 delayed/);

    for (const [columns, rows] of [
      [40, 10],
      [200, 50],
      [60, 14],
      [80, 24],
    ] as const) {
      const before = terminal.written().length;
      terminal.resize(columns, rows);
      const isWhole = (lines: string[]) =>
        lines.filter((line) => line.startsWith("evp process")).length === 1 &&
        lines.filter((line) => line.startsWith("outcomes")).length === 1 &&
        lines.filter((line) => line.startsWith("Ctrl-C finishes")).length === 1;
      await terminal.until(() => terminal.written().slice(before).includes(CLEARED));
      await terminal.until((lines) => lines[0]?.startsWith("evp process") === true && isWhole(lines));
    }

    terminal.pressCtrlC();
    expect(await terminal.ended).toBe(0);
    expect(terminal.isOnAlternateScreen()).toBe(false);
    expect(terminal.isCursorShown()).toBe(true);
    expect(terminal.text()).toMatch(/^\d+ received: \d+ published, 3 rejected, 0 duplicates$/m);
    expect(terminal.text()).not.toContain("evp process");
  });
});

describe("evp process on a terminal of 200 × 50", () => {
  it("adds up its workers, and a second Ctrl-C leaves the terminal clean too", async () => {
    const { folder, run } = await createEvpHome();
    await run(["init"]);
    await run(["send", "--fixture", "valid", "--count", "30"]);
    const terminal = openTerminal(["process", "--workers", "2"], { folder, columns: 200, rows: 50 });
    await terminal.until("2 workers");
    await terminal.until(/30 published/);
    const screen = await terminal.until(/^batch fill +receive \d+\.\d\/10/m);
    expect(screen.join("\n")).toMatch(/^client +published +rejected +duplicates +type +published/m);

    // Without their stack they have nothing to do but to end.
    await run(["local", "stop"]);
    terminal.pressCtrlC();
    // The key itself would have the terminal throw away what the program wrote and nobody has read yet ("termios", NOFLSH).
    process.kill(-terminal.pid, "SIGINT");
    await terminal.ended;
    expect(terminal.isOnAlternateScreen()).toBe(false);
    expect(terminal.isCursorShown()).toBe(true);
    expect(terminal.text()).toContain("30 received: 30 published");
  });
});

it("a live view whose processor fails leaves the terminal clean, and the error on it", async () => {
  const { folder, run } = await createEvpHome();
  await run(["init"]);
  await run(["destroy", "--yes"]);
  const terminal = openTerminal(["process"], { folder });
  expect(await terminal.ended).toBe(4);
  expect(terminal.isOnAlternateScreen()).toBe(false);
  expect(terminal.isCursorShown()).toBe(true);
  expect(terminal.text()).toContain("evp: ");
});

it("what workers say on the way down is on the terminal once the view has gone", async () => {
  const { folder, run } = await createEvpHome();
  await run(["init"]);
  await run(["destroy", "--yes"]);
  const terminal = openTerminal(["process", "--workers", "2"], { folder, columns: 120 });
  expect(await terminal.ended).not.toBe(0);
  expect(terminal.isOnAlternateScreen()).toBe(false);
  expect(terminal.text()).toMatch(/evp: .*evp-ingress[\s\S]*a worker ended unexpectedly: exit code 4/);
});
