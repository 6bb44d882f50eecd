import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { eventBody } from "../factories/events.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { assertFits } from "../factories/output-document.js";

async function send(home: EvpHome, ...events: string[]): Promise<void> {
  const file = join(home.folder, "events.ndjson");
  await writeFile(file, events.join("\n"));
  await home.json(["send", file, "--raw"]);
}

const broken = (id: string, amount: unknown = "a lot") =>
  eventBody({ id, payload: { transactionId: "t", exact: 0, amount: amount as string, currency: "BRL" } });

/** A stack with rejected events. */
async function homeWith(...events: string[]): Promise<EvpHome> {
  const home = await createEvpHome();
  await home.run(["init"]);
  await send(home, ...events);
  await home.json(["process", "--drain"]);
  return home;
}

describe("dead letters on the command line", () => {
  it("are listed, shown, mended, sent and deleted, and what is told fits its schema", async () => {
    const body = broken("e-1").replace('"exact":0', '"exact":12345678901234567890.10');
    const home = await homeWith(body, broken("e-2"), '{"id": "e-3",');
    const { json, run } = home;

    const letters = await json<{ eventId: string | null; messageId: string }[]>(["dlq", "list"]);
    await assertFits(letters, "dlq-list");
    expect(letters.map(({ eventId }) => eventId)).toHaveLength(3);
    const list = await run(["dlq", "list", "--text", "E-2"]);
    expect(list.stdout).toMatch(/^EVENT OR MESSAGE .*\ne-2 .*\n1 dead letter$/);
    expect(await json(["dlq", "list", "--until", "1h"])).toEqual([]);

    await assertFits(await json(["dlq", "show", "e-1"]), "dlq-show");
    const text = (await run(["dlq", "show", "e-1"])).stdout;
    expect(text).toContain('>     "amount": "a lot",\n      ^ /payload/amount must be number\n');
    expect(text).toContain('"exact": 12345678901234567890.10,');
    const malformed = letters.find(({ eventId }) => eventId === null)?.messageId ?? "";
    expect((await run(["dlq", "show", malformed])).stdout).toContain(
      '> 1 {"id": "e-3",\n                 ^ the text ends before the "}" that it needs (line 1, column 14)\n',
    );

    const dryRun = await run(["dlq", "fix", "e-1", "--set", "/payload/amount=5.00", "--dry-run"]);
    expect(dryRun.stdout).toContain('-     "amount": "a lot",\n+     "amount": 5.00,\n');
    expect(dryRun.exitCode).toBe(0);
    const fixed = await json(["dlq", "fix", "e-1", "--set", "/payload/amount=5.00", "--yes"]);
    await assertFits(fixed, "dlq-fix");
    expect(fixed).toMatchObject({ redriven: true, body: body.replace('"a lot"', "5.00") });
    expect(await json(["process", "--drain"])).toMatchObject({ published: 1 });
    expect(await json(["tail", "client-1", "--consume", "--limit", "1", "--timeout", "5s"])).toMatchObject({
      body: body.replace('"a lot"', "5.00"),
    });

    await assertFits(await json(["dlq", "redrive"]), "dlq-redrive");
    await assertFits(await json(["dlq", "purge", "--all", "--yes"]), "dlq-purge");
    expect(await json(["dlq", "list"])).toEqual([]);
    const settled = await run(["dlq", "show", "e-2"]);
    expect([settled.exitCode, settled.stderr]).toEqual([
      4,
      "evp: the dead letter of e-2 was purged\nevp why e-2 tells what became of it.",
    ]);
  });

  it("are mended by a patch, a merge patch or a whole body, and not sent while anything is wrong", async () => {
    const home = await homeWith(broken("e-1"), broken("e-2"), '{"id": "e-3",');
    const { run, json, folder } = home;
    const file = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return name;
    };
    const patch = await file("patch.json", '[{"op": "replace", "path": "/payload/amount", "value": 7}]');
    expect(await json(["dlq", "fix", "e-1", "--patch", patch, "--yes"])).toMatchObject({ redriven: true });

    const half = await file("half.json", '{"payload": {"amount": 5, "currency": null}}');
    const refused = await run(["dlq", "fix", "e-2", "--patch", half, "--yes"]);
    expect(refused.exitCode).toBe(5);
    expect(refused.stdout).toContain("it would be rejected again: schema-violation: /payload/currency is missing");
    expect(refused.stderr).toContain("evp: the copy was not sent: schema-violation: /payload/currency is missing\n");
    const merge = await run(["dlq", "fix", "e-2", "--patch", "-", "--yes"], '{"payload": {"amount": 5}}');
    expect([merge.exitCode, merge.stdout]).toEqual([0, expect.stringContaining(" redriven as ")]);

    const [letter] = await json<{ messageId: string }[]>(["dlq", "list"]);
    const whole = await file("whole.json", `${eventBody({ id: "e-3" })}\n`);
    expect(await json(["dlq", "fix", letter?.messageId ?? "", "--body", whole, "--yes"])).toMatchObject({
      body: eventBody({ id: "e-3" }),
      redriven: true,
    });
    expect(await json(["process", "--drain"])).toMatchObject({ published: 3 });
  });

  it("are left alone where a command cannot be understood or done", async () => {
    const { run, folder } = await homeWith(broken("e-1"));
    await writeFile(join(folder, "text.json"), "no patch");
    const refusals: [string[], number, string][] = [
      [["fix", "e-1", "--yes"], 2, "nothing says what to change"],
      [["fix", "e-1", "--set", "/a=1", "--editor"], 2, "cannot be used with option"],
      [["fix", "e-1", "--set", "amount=1", "--yes"], 2, "a JSON Pointer"],
      [["fix", "e-1", "--set", "/payload/amount/x=1", "--yes"], 2, "neither an object nor an array"],
      [["fix", "e-1", "--set", "/payload/amount=1"], 2, "there is nobody to ask"],
      [["fix", "e-1", "--editor", "--yes"], 2, "an editor needs a terminal"],
      [["fix", "e-1", "--patch", "none.json", "--yes"], 2, "there is no"],
      [["fix", "e-1", "--patch", "text.json", "--yes"], 2, "text.json holds no patch"],
      [["fix", "e-1", '--set=/id="e-1"', "--yes"], 1, "nothing was changed"],
      [["fix", "e-9", "--set", "/a=1", "--yes"], 4, "there is no dead letter"],
      [["show", "e-9"], 4, "there is no dead letter"],
      [["list", "--reason", "bad"], 2, "Allowed choices"],
      [["list", "--until", "soon"], 2, "Expected how long ago"],
      [["purge", "--yes"], 2, "nothing says which dead letters"],
    ];
    for (const [args, code, text] of refusals) {
      const { exitCode, stdout, stderr } = await run(["dlq", ...args]);
      expect([args, stdout, stderr]).toEqual([args, "", expect.stringContaining(text)]);
      expect([args, exitCode]).toEqual([args, code]);
    }
    expect((await run(["dlq", "list"])).stdout).toContain("1 dead letter");
  });

  it("that another program put there are dealt with too", async () => {
    const home = await createEvpHome();
    const { json, run } = home;
    await run(["init"]);
    const { endpoint } = await json<{ endpoint: string }>(["local", "status"]);
    await putOnDlq(endpoint, [
      ...Array.from({ length: 12 }, (_, index) => ({ body: eventBody({ id: `raw-${index}` }), group: "orders" })),
      { body: broken("raw-broken"), group: "alone" },
      { body: "no event at all", group: "other" },
    ]);

    const listed = await run(["dlq", "list", "--text", "raw-"]);
    expect(listed.stdout).toContain("moved-by-queue");
    expect(listed.stderr).toContain("more on the DLQ that cannot be seen yet");
    const [text] = await json<{ messageId: string }[]>(["dlq", "list", "--text", "no event"]);
    expect((await run(["dlq", "show", text?.messageId ?? ""])).stdout).toContain("^ a value was expected");
    expect(await json(["dlq", "fix", "raw-broken", "--set", "/payload/amount=5", "--yes"])).toMatchObject({
      redriven: true,
      groupId: "alone",
    });
    expect(await json(["dlq", "redrive"])).toMatchObject({ matched: 13, redriven: 12, skipped: 1, hidden: 0 });
    expect(await json(["process", "--drain"])).toMatchObject({ published: 13 });
    expect(await json(["dlq", "purge", "--reason", "moved-by-queue", "--yes"])).toMatchObject({ purged: 1 });
    expect(await json(["status"])).toMatchObject({ dlq: { visible: 0, inFlight: 0 } });
  });
});

async function putOnDlq(endpoint: string, messages: { body: string; group: string }[]): Promise<void> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials, useQueueUrlAsEndpoint: false });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "evp-dlq.fifo" }));
  for (const [index, { body, group }] of messages.entries()) {
    const identity = { MessageGroupId: group, MessageDeduplicationId: `raw-${index}` };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...identity }));
  }
  sqs.destroy();
}
