import { describe, expect, it } from "vitest";
import { createClientRegistry } from "../../../src/adapters/aws/client-registry.js";
import { createJournal } from "../../../src/adapters/aws/journal.js";
import type { Journal } from "../../../src/ports/journal.js";
import { acceptedFact, publishedFact } from "../../contract/journal-facts.js";
import { createManualClock } from "../../factories/manual-clock.js";
import { type Answer, type SentCommand, sdkDouble, serviceError } from "./sdk-double.js";

const clock = createManualClock();

function journalWith(answer: Answer) {
  const { dynamodb, sent } = sdkDouble(answer);
  const settings = { retentionDays: 30, replayIndex: true, rejectionIndex: true };
  return { journal: createJournal({ dynamodb, clock, table: "evp-events", settings }), sent };
}

const TWO = [acceptedFact({ eventId: "e-1" }), acceptedFact({ eventId: "e-2" })];

describe("inserting", () => {
  it("is one PartiQL insert a fact, with its values as parameters", async () => {
    const { journal, sent } = journalWith(() => ({ Responses: [{}] }));
    await journal.insertAccepted([acceptedFact()]);
    const [statement] = (sent[0]?.input.Statements ?? []) as { Statement: string; Parameters: unknown[] }[];
    expect(statement?.Statement).toMatch(/^INSERT INTO "evp-events" VALUE \{'eventId':\?, 'fact':\?, /);
    expect(statement?.Parameters.slice(0, 2)).toEqual([{ S: "e-1" }, { S: "client-1#accepted" }]);
    expect(statement?.Statement.split("?").length).toBe((statement?.Parameters.length ?? 0) + 1);
  });

  it.each([
    ["DuplicateItem", { ok: true, inserted: false }],
    ["ValidationError", { ok: false, fault: { code: "ValidationError", message: "m", isSenderFault: true } }],
    ["ThrottlingError", { ok: false, fault: { code: "ThrottlingError", message: "m", isSenderFault: false } }],
    ["InternalServerError", { ok: false, fault: { code: "InternalServerError", message: "m", isSenderFault: false } }],
    ["TransactionConflict", { ok: false, fault: { code: "TransactionConflict", message: "m", isSenderFault: false } }],
  ])("reads %s of one statement", async (Code, result) => {
    const { journal } = journalWith(() => ({ Responses: [{}, { Error: { Code, Message: "m" } }] }));
    expect(await journal.insertAccepted(TWO)).toEqual([{ ok: true, inserted: true }, result]);
  });

  it("counts a statement without an answer as failed", async () => {
    const { journal } = journalWith(() => ({ Responses: [{}] }));
    expect(await journal.insertAccepted(TWO)).toMatchObject([{ ok: true }, { ok: false, fault: { code: "NoAnswer" } }]);
  });
});

describe("a batch that fails as a whole", () => {
  it("is tried one by one when its content was refused, and what fails then fails alone", async () => {
    const { journal, sent } = journalWith(({ input }) => {
      const statements = input.Statements as { Parameters: { S: string }[] }[];
      if (statements.length > 1) throw serviceError("ValidationException");
      if (statements[0]?.Parameters[0]?.S === "e-1") throw serviceError("ThrottlingException");
      return { Responses: [{}] };
    });
    expect(await journal.insertAccepted(TWO)).toMatchObject([
      { ok: false, fault: { code: "ThrottlingException", isSenderFault: false } },
      { ok: true, inserted: true },
    ]);
    expect(sent).toHaveLength(3);
  });

  it("is an outage when it failed for any other reason", async () => {
    const { journal, sent } = journalWith(() => {
      throw serviceError("InternalServerError", "server");
    });
    await expect(journal.insertAccepted(TWO)).rejects.toMatchObject({ kind: "failed" });
    expect(sent).toHaveLength(1);
  });
});

describe("writing", () => {
  it("fails what is left unprocessed, and does not write it again itself", async () => {
    const { journal, sent } = journalWith(({ input }) => {
      const [, second] = (input.RequestItems as Record<string, unknown[]>)["evp-events"] ?? [];
      return { UnprocessedItems: { "evp-events": [second] } };
    });
    const facts = [publishedFact({ eventId: "e-1" }), publishedFact({ eventId: "e-2" })];
    expect(await journal.write(facts)).toMatchObject([{ ok: true }, { ok: false, fault: { code: "UnprocessedItem" } }]);
    expect(sent).toHaveLength(1);
  });
});

describe("reading many items", () => {
  const item = {
    clientId: { S: "client-1" },
    active: { BOOL: true },
    allowedTypes: { L: [] },
    topicArn: { S: "arn:t" },
    queueName: { S: "q.fifo" },
  };

  it("asks for unprocessed keys again, so that a registered client is never taken for a missing one", async () => {
    let calls = 0;
    const { dynamodb } = sdkDouble(({ input }) => {
      calls += 1;
      const { Keys } = (input.RequestItems as Record<string, { Keys: unknown[] }>)["evp-clients"] ?? { Keys: [] };
      return calls === 1 ? { UnprocessedKeys: { "evp-clients": { Keys } } } : { Responses: { "evp-clients": [item] } };
    });
    const registry = createClientRegistry({ dynamodb, clock, table: "evp-clients" });
    const reading = registry.get(["client-1"]);
    await clock.advance(1000);
    expect((await reading).has("client-1")).toBe(true);
  });

  it("gives up when nothing comes any more", async () => {
    const { dynamodb } = sdkDouble(({ input }) => ({ UnprocessedKeys: input.RequestItems }));
    const reading = createClientRegistry({ dynamodb, clock, table: "evp-clients" }).get(["client-1"]);
    const refused = expect(reading).rejects.toMatchObject({ kind: "throttled", fault: { code: "UnprocessedKeys" } });
    await clock.advance(60_000);
    await refused;
  });
});

describe("a fact that this version cannot read", () => {
  const base = { eventId: { S: "e-1" }, at: { N: "1" }, expiresAt: { N: "1" } };

  it("is passed over when its kind is unknown", async () => {
    const { journal } = journalWith(() => ({ Items: [{ ...base, fact: { S: "client-1#foretold#1" } }] }));
    expect(await journal.readEvent("e-1")).toEqual([]);
  });

  it("is an error when a rejection has an unknown reason, since the message must not be judged again", async () => {
    const { journal } = journalWith(() => ({
      Items: [{ ...base, fact: { S: "client-1#rejected#m-1" }, reason: { S: "phase-of-the-moon" } }],
    }));
    await expect(journal.readEvent("e-1")).rejects.toMatchObject({ fault: { code: "UnreadableFact" } });
  });
});

describe("a survey of many clients", () => {
  const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
  const month = () => ({
    since: clock.now() - MONTH_MS,
    until: clock.now(),
    newestFirst: true,
    withoutBodies: true,
    mayMissLatest: true,
  });
  const busy = "client-9#2026-11-21T10";

  function answer({ name, input }: SentCommand) {
    if (name === "ScanCommand") return { Items: [{ clientHour: { S: busy } }] };
    if (name === "BatchGetItemCommand") return { Responses: { "evp-events": [] } };
    const hour = (input.ExpressionAttributeValues as { ":hour": { S: string } })[":hour"].S;
    return { Items: hour === busy ? [{ eventId: { S: "e-1" } }] : [] };
  }

  async function walk(journal: Journal, clientId: string): Promise<void> {
    for await (const _ of journal.events({ clientId, ...month() }));
  }

  it("learns which hours hold events once it has found some thousand empty, and asks for no other", async () => {
    const { journal, sent } = journalWith(answer);
    for (let client = 1; client <= 6; client++) await walk(journal, `client-${client}`);
    expect(sent.filter(({ name }) => name === "ScanCommand")).toHaveLength(0);
    sent.length = 0;
    await walk(journal, "client-9");
    expect(sent.map(({ name }) => name)).toEqual(["ScanCommand", "QueryCommand", "BatchGetItemCommand"]);
    await walk(journal, "client-10");
    expect(sent).toHaveLength(3);
  });

  it("leaves the bodies where they are", async () => {
    const { journal, sent } = journalWith(answer);
    await walk(journal, "client-9");
    const read = sent.find(({ name }) => name === "BatchGetItemCommand");
    const requests = read?.input.RequestItems as Record<string, { ExpressionAttributeNames: object }> | undefined;
    const names = Object.values(requests?.["evp-events"]?.ExpressionAttributeNames ?? {});
    expect(names).toContain("groupId");
    expect(names).not.toContain("body");
  });

  it("asks anew after a scan that failed", async () => {
    let failures = 1;
    const { journal, sent } = journalWith((command) => {
      if (command.name === "ScanCommand" && failures-- > 0) throw serviceError("InternalServerError", "server");
      return answer(command);
    });
    for (let client = 1; client <= 6; client++) await walk(journal, `client-${client}`);
    await expect(walk(journal, "client-9")).rejects.toMatchObject({ kind: "failed" });
    await walk(journal, "client-9");
    expect(sent.at(-1)?.name).toBe("BatchGetItemCommand");
  });
});
