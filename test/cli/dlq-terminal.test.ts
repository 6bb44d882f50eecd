import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventBody } from "../factories/events.js";
import { createEvpHome } from "../factories/evp-home.js";
import { openTerminal } from "../factories/terminal.js";

const NO_COLOUR = { NO_COLOR: "1" };

/** A stack of which one client was refused `count` events, and now may have them. */
async function homeWithRefused(count: number) {
  const home = await createEvpHome();
  const { run, json, folder } = home;
  await run(["init"]);
  await run(["client", "deny", "client-1", "transaction"]);
  const events = Array.from({ length: count }, (_, index) => eventBody({ id: `e-${index}` }));
  await writeFile(join(folder, "events.ndjson"), events.join("\n"));
  await json(["send", "events.ndjson"]);
  await json(["process", "--drain"]);
  await run(["client", "allow", "client-1", "transaction"]);
  return home;
}

it("a redrive shows its plan by group, asks, and redrives on a yes", async () => {
  const { folder, json } = await homeWithRefused(3);
  const terminal = openTerminal(["dlq", "redrive"], { folder, env: NO_COLOUR });
  await terminal.until("Go on: redrive 3 of 3? [y/N]");
  expect(terminal.text()).toMatch(/GROUP +LETTERS +PASS\s+client-1#account-42 +3 +3\n/);
  terminal.type("y\n");
  expect(await terminal.ended).toBe(0);
  expect(terminal.text()).toContain("3 dead letters matched: 3 redriven; 0 skipped");
  expect(terminal.isCursorShown()).toBe(true);
  expect(await json(["dlq", "list"])).toEqual([]);
});

it("a redrive changes nothing on a no, and on Ctrl-C at its question", async () => {
  const { folder, json } = await homeWithRefused(1);
  const declined = openTerminal(["dlq", "redrive"], { folder, env: NO_COLOUR });
  await declined.until("[y/N]");
  declined.type("n\n");
  expect(await declined.ended).toBe(1);
  expect(declined.text()).toContain("nothing was changed");
  const interrupted = openTerminal(["dlq", "redrive"], { folder, env: NO_COLOUR });
  await interrupted.until("[y/N]");
  interrupted.pressCtrlC();
  expect(await interrupted.ended).toBe(130);
  expect(await json(["dlq", "list"])).toHaveLength(1);
  expect(await json(["status"])).toMatchObject({ ingress: { visible: 0 }, dlq: { visible: 1, inFlight: 0 } });
});

it("a redrive shows how far it is, stops at Ctrl-C, and goes on when it is run again", async () => {
  const { folder, json } = await homeWithRefused(40);
  const terminal = openTerminal(["dlq", "redrive", "--yes", "--rate", "4/s"], { folder });
  await terminal.until(/Redriving: [1-9]\d* of 40 sent/);
  terminal.pressCtrlC();
  expect(await terminal.ended).toBe(130);
  expect(terminal.text()).toMatch(/interrupted: \d+ redriven/);
  expect(terminal.text()).toContain("Run the same command again: it goes on where this one stopped.");
  expect(terminal.isCursorShown()).toBe(true);
  const left = (await json<object[]>(["dlq", "list"])).length;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(40);
  expect(await json(["dlq", "redrive"])).toMatchObject({ matched: left, redriven: left });
  expect(await json(["process", "--drain"])).toMatchObject({ received: 40, published: 40 });
});

it("a letter is mended in an editor, after a look at the difference", async () => {
  const { run, json, folder } = await createEvpHome();
  await run(["init"]);
  const body = eventBody({ id: "e-1", payload: { transactionId: "t-1", amount: "a lot", currency: "BRL" } });
  await writeFile(join(folder, "events.ndjson"), body);
  await json(["send", "events.ndjson"]);
  await json(["process", "--drain"]);
  const editor = async (name: string, script: string) => {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
    return { ...NO_COLOUR, EDITOR: join(folder, name) };
  };
  const fix = ["dlq", "fix", "e-1", "--editor"];

  const untouched = openTerminal(fix, { folder, env: await editor("none.sh", "true") });
  expect(await untouched.ended).toBe(1);
  expect(untouched.text()).toContain("nothing was changed, and nothing was sent");

  const worse = openTerminal(fix, { folder, env: await editor("worse.sh", `sed -i 's/"a lot"/[/' "$1"`) });
  expect(await worse.ended).toBe(5);
  const kept = /--body (\S+)/.exec(worse.text().replaceAll("\n", ""))?.[1] ?? "";
  expect(kept).toContain("evp-fix-");

  const env = await editor("mend.sh", `sed -i 's/"a lot"/12.50/' "$1"`);
  const terminal = openTerminal(fix, { folder, env });
  await terminal.until("Send this copy in the place of the dead letter? [y/N]");
  expect(terminal.text()).toMatch(/- +"amount": "a lot",\n\+ +"amount": 12\.50,/);
  terminal.type("y\n");
  expect(await terminal.ended).toBe(0);
  expect(await json(["process", "--drain"])).toMatchObject({ published: 1 });
  expect(await json(["tail", "client-1", "--consume", "--limit", "1", "--timeout", "5s"])).toMatchObject({
    body: body.replace('"a lot"', "12.50"),
  });
});

it("a list on a terminal shows the newest, and says how many more there are", async () => {
  const { folder } = await homeWithRefused(35);
  const terminal = openTerminal(["dlq", "list"], { folder, env: NO_COLOUR });
  expect(await terminal.ended).toBe(0);
  expect(terminal.text()).toContain("30 dead letters\n5 more, older: --limit 35 shows them.");
  expect(terminal.text()).toContain("e-34");
  expect(terminal.text()).not.toMatch(/e-4 /);
});
