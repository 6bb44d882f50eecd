import { expect, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";

it("what a client may not have is rejected, and redriven once it may", async () => {
  const { json, run } = await createEvpHome();
  expect((await run(["init"])).stdout).toMatch(/stack evp on local is ready: \d+ resources, \d+ created, 1 skipped$/);
  expect((await run(["init"])).stdout).toMatch(/\d+ unchanged, 1 skipped$/);

  await run(["client", "deny", "client-2", "user_action"]);
  const event = ["send", "--fixture", "valid", "--client", "client-2", "--type", "user_action"];
  const { events } = await json<{ events: { id: string }[] }>(event);
  expect(events).toHaveLength(1);
  await run(["process", "--drain"]);
  const shown = await run(["dlq", "show", events[0]?.id ?? ""]);
  expect(shown.stdout).toContain("reason       type-forbidden");

  await run(["client", "allow", "client-2", "user_action"]);
  const plan = await run(["dlq", "redrive", "--dry-run"]);
  expect(plan.stdout).toContain("1 dead letter matched: 1 would be redriven; 0 skipped");
  expect(await json(["dlq", "redrive"])).toMatchObject({ matched: 1, redriven: 1 });
  expect(await json(["process", "--drain"])).toMatchObject({ published: 1 });
  expect(await json(["tail", "client-2", "--consume", "--limit", "1", "--timeout", "5s"])).toMatchObject({
    eventId: events[0]?.id,
  });
  expect(await json(["dlq", "list"])).toEqual([]);
});

it("send --wait tells each outcome, and checks it against the fixture", async () => {
  const { run, start } = await createEvpHome();
  await run(["init"]);
  const processor = start(["process"]);
  for (const fixture of ["valid", "invalid", "duplicate"]) {
    const { exitCode, stderr } = await run(["send", "--fixture", fixture, "--wait"]);
    expect([fixture, exitCode, stderr]).toEqual([fixture, 0, ""]);
  }
  const { exitCode, stderr } = await run(["send", "--fixture", "valid", "--set", "/payload/amount=a lot", "--wait"]);
  expect(exitCode).toBe(5);
  expect(stderr).toContain("did not end as expected");
  processor.kill("SIGTERM");
  expect(await processor.exitCode).toBe(0);
});

it("a file with a broken line is sent as a whole or not at all; stdin is sent up to it", async () => {
  const { json, run } = await createEvpHome();
  await run(["init"]);
  const line = (id: string) =>
    JSON.stringify({
      id,
      type: "monitoring",
      clientId: "client-1",
      source: "test",
      timestamp: "2026-11-21T10:00:00Z",
      payload: { severity: "low", message: "m" },
    });
  const { exitCode, stderr } = await run(["send", "-"], `${line("a")}\n${line("b")}\n{"broken\n${line("c")}\n`);
  expect(exitCode).toBe(6);
  expect(stderr).toContain("line 3");
  expect(stderr).toContain("2 sent");
  expect(await json(["status"])).toMatchObject({ ingress: { visible: 2 } });
});

it("what the embedded stack holds outlives it, and reset ends it", async () => {
  const { json, run } = await createEvpHome();
  await run(["init"]);
  await run(["send", "--fixture", "invalid"]);
  await run(["local", "stop"]);
  expect(await json(["local", "status"])).toMatchObject({ running: false, endpoint: null, pid: null });
  const { stdout, stderr } = await run(["status", "--json"]);
  expect(stderr).toContain("Started the embedded stack on http://127.0.0.1:");
  expect(JSON.parse(stdout)).toMatchObject({ ingress: { visible: 3 } });
  await run(["local", "reset", "--yes"]);
  expect((await run(["status"])).exitCode).toBe(4);
});

it("destroy removes what init made", async () => {
  const { run } = await createEvpHome();
  await run(["init"]);
  const { exitCode, stdout } = await run(["destroy", "--yes"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/queue +evp-ingress\.fifo +removed/);
  expect((await run(["status"])).exitCode).toBe(4);
});
