import { expect, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";

/** The fields that other programs rely on. More may be added; none may go or change its type. */
it("every command's JSON has the documented fields, along the way of three bad events", async () => {
  const home = await createEvpHome();
  const { json, run, folder } = home;
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const depth = (visible: number) => ({ visible, inFlight: 0, delayed: 0 });

  const init = await json<{ resources: object[] }>(["init"]);
  expect(init).toMatchObject({ target: "local", stack: "evp" });
  expect(init.resources).toContainEqual({ kind: "queue", name: "evp-ingress.fifo", action: "created" });
  expect(await json(["local", "status"])).toEqual({
    running: true,
    endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    pid: expect.any(Number),
    stateDir: `${folder}/.evp`,
  });
  expect(await json(["client", "list"])).toContainEqual({
    clientId: "client-3",
    active: true,
    allowedTypes: ["transaction", "integration"],
    poisonPolicy: "skip",
    topic: "arn:aws:sns:us-east-1:000000000000:evp-client-3.fifo",
    queue: "evp-client-3.fifo",
  });

  const sent = await json<{ events: object[] }>(["send", "--fixture", "invalid"]);
  expect(sent).toMatchObject({ sent: 3, failed: 0 });
  expect(sent.events[0]).toMatchObject({
    id,
    clientId: "client-1",
    type: "transaction",
    groupId: "client-1#account-1",
    messageId: id,
  });
  expect(await json(["process", "--drain"])).toEqual({
    received: 3,
    published: 0,
    rejected: 3,
    duplicates: 0,
    durationMs: expect.any(Number),
    eventsPerSecond: expect.any(Number),
    apiCalls: expect.any(Number),
    apiCallsPerEvent: expect.any(Number),
    blocked: 0,
    blockedGroups: [],
  });
  expect(await json(["status"])).toMatchObject({
    target: "local",
    stack: "evp",
    ingress: depth(0),
    dlq: depth(3),
    clients: [
      { clientId: "client-1", queue: depth(0) },
      { clientId: "client-2", queue: depth(0) },
      { clientId: "client-3", queue: depth(0) },
    ],
    blocked: [],
  });

  const letters = await json<{ eventId: string }[]>(["dlq", "list", "--client", "client-1"]);
  expect(letters).toHaveLength(2);
  expect(letters).toContainEqual(
    expect.objectContaining({
      messageId: id,
      eventId: id,
      clientId: "client-1",
      type: "transaction",
      groupId: "client-1#account-1",
      reason: "schema-violation",
      detail: "/payload/amount must be number",
      rejectedAt: instant,
      redrives: 0,
      body: expect.stringContaining('"a lot"'),
    }),
  );
  expect(await json(["dlq", "redrive"])).toMatchObject({
    matched: 3,
    redriven: 0,
    skipped: 3,
    stillInvalid: 3,
    plan: [{ messageId: id, eventId: id, groupId: expect.any(String), verdict: "still-invalid" }, {}, {}],
  });
  expect(await json(["dlq", "purge", "--all", "--yes"])).toMatchObject({ matched: 3, purged: 3 });
  expect(await json(["dlq", "list"])).toEqual([]);

  await run(["send", "--fixture", "valid", "--client", "client-3", "--type", "transaction"]);
  await run(["process", "--drain"]);
  expect(await json(["tail", "client-3", "--consume", "--limit", "1", "--timeout", "5s"])).toEqual({
    eventId: id,
    clientId: "client-3",
    type: "transaction",
    groupId: "client-3#account-1",
    sequence: expect.stringMatching(/^\d+$/),
    receivedAt: instant,
    publishedAt: instant,
    replayId: null,
    from: "queue",
    body: expect.stringContaining('"transactionId"'),
  });
});
