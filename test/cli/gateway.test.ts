import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { execa } from "execa";
import { expect, it, onTestFinished, vi } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";

const ROOT = join(import.meta.dirname, "../..");

async function assertFits(schema: string, document: unknown): Promise<void> {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  addFormats.default(ajv);
  const isValid = ajv.validate(JSON.parse(await readFile(join(ROOT, "schemas/output", schema), "utf8")), document);
  expect({ isValid, errors: ajv.errors }).toEqual({ isValid: true, errors: null });
}

/** Starts a gateway on a free port. */
async function startGateway(folder: string) {
  const child = execa(process.execPath, [join(ROOT, "bin/evp.js"), "gateway", "--port", "0", "--json"], {
    cwd: folder,
    env: { HOME: folder, NO_COLOR: "1" },
    reject: false,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const url = await vi.waitFor(
    () => {
      const [, found] = /takes events on (\S+)\/v1\/events/.exec(said) ?? [];
      if (found === undefined) throw new Error(`no gateway yet: ${said}`);
      return found;
    },
    { timeout: 30_000, interval: 50 },
  );
  return { child, url, said: () => said };
}

it("takes what a producer sends with a token of the embedded issuer, and its client gets it", async () => {
  const paths = [{ path: "/", wrap: { type: "message" } }];
  const schemas = { types: { message: "message.json" } };
  const config = { targets: { local: { port: 4000 + (process.pid % 20_000) } }, gateway: { paths }, schemas };
  const { run, json, folder } = await createEvpHome(config);
  const schema = { type: "object", required: ["message"], properties: { message: { type: "string" } } };
  await writeFile(join(folder, "message.json"), JSON.stringify(schema));
  await run(["init"]);
  await run(["client", "allow", "client-1", "message"]);
  const added = await json<{ secret: string }>(["producer", "add", "producer-1", "--client", "client-1"]);
  await assertFits("producer-list.json", [added]);
  await assertFits("producer-list.json", await json(["producer", "list"]));
  const { endpoint } = await json<{ endpoint: string }>(["local", "status"]);

  const { child, url, said } = await startGateway(folder);
  const form = {
    grant_type: "client_credentials",
    client_id: "producer-1",
    client_secret: added.secret,
    scope: "evp/send",
  };
  const answer = await fetch(`${endpoint}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
  const { access_token: token }: { access_token: string } = JSON.parse(await answer.text());

  const body = '{"message":"Olá, mundo"}';
  const posted = await fetch(`${url}/`, {
    method: "POST",
    body: Buffer.from(body),
    headers: { Authorization: token, MessageGroupId: "group-1" },
  });
  const sent: { MessageId: string; eventId: string } = JSON.parse(await posted.text());
  expect({ status: posted.status, sent }).toMatchObject({
    status: 202,
    sent: { MessageId: expect.any(String), groupId: "client-1#group-1" },
  });

  const foreign = JSON.stringify({
    id: "x",
    type: "message",
    clientId: "client-2",
    source: "s",
    timestamp: "2026-11-21T10:00:00Z",
    payload: {},
  });
  const refused = await fetch(`${url}/v1/events`, {
    method: "POST",
    body: Buffer.from(foreign),
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(refused.status).toBe(403);

  child.kill("SIGTERM");
  const { exitCode, stdout } = await child;
  expect(exitCode).toBe(0);
  expect(said()).not.toContain(token.slice(-20));
  const summary = JSON.parse(stdout);
  await assertFits("gateway.json", summary);
  expect(summary).toMatchObject({ requests: 2, enqueued: 1, statuses: { "202": 1, "403": 1 } });

  expect(await json(["process", "--drain"])).toMatchObject({ received: 1, published: 1 });
  const { stdout: taken } = await run(["tail", "client-1", "--consume", "--limit", "1", "--timeout", "10", "--json"]);
  const got = JSON.parse(taken);
  expect(got.eventId).toBe(sent.eventId);
  expect(got.body.endsWith(`"payload":${body}}`)).toBe(true);
});
