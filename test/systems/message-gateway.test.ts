import { resolve } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished, vi } from "vitest";
import { consumeQueue } from "../factories/consume-queue.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { commandsOfPage, connectProducers, systemFolder } from "./system-page.js";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");

/** The gateway, on a port that is free. */
async function startGateway(home: EvpHome): Promise<string> {
  const child = execa(process.execPath, [EVP, "gateway", "--port", "0", "--json"], {
    cwd: home.folder,
    env: { HOME: home.folder, NO_COLOR: "1" },
    reject: false,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  return vi.waitUntil(() => /takes events on (\S+)\/v1\/events/.exec(said)?.[1], { timeout: 30_000 });
}

/** System E as its page sets it up, with a producer that has a token. */
async function startSystem() {
  const home = await createEvpHome({}, systemFolder("e-message-gateway"));
  const [init = [], add = [], gateway = []] = await commandsOfPage(systemFolder("e-message-gateway"));
  expect([init[0], add[0], gateway]).toEqual(["init", "producer", ["gateway"]]);
  await home.json(init);
  const { secret } = await home.json<{ secret: string }>(add);
  const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
  const form = {
    grant_type: "client_credentials",
    client_id: "producer-1",
    client_secret: secret,
    scope: "messages/send",
  };
  const answer = await fetch(`${endpoint}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const url = await startGateway(home);
  const post = async (body: string, headers: Record<string, string>) => {
    const response = await fetch(`${url}/messages`, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", MessageGroupId: "group-1", ...headers },
    });
    return { status: response.status, document: (await response.json()) as { MessageId?: string; detail?: string } };
  };
  const consume = async () => {
    const { sqs, urlOf } = await connectProducers(home);
    return consumeQueue(sqs, urlOf("gateway-consumer-1.fifo"));
  };
  return { home, token, post, consume };
}

it("takes messages as producers post them, and the consumer gets their bodies, in order", async () => {
  const { home, token, post, consume } = await startSystem();
  const ids: string[] = [];
  for (const message of ["one", "two", "Olá"]) {
    const { status, document } = await post(JSON.stringify({ message }), { Authorization: token });
    expect(status).toBe(202);
    ids.push(document.MessageId ?? "none");
  }
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 3, published: 3 });
  const got = await consume();
  expect(got.map(({ body }) => body)).toEqual(['{"message":"one"}', '{"message":"two"}', '{"message":"Olá"}']);
  expect(got.map(({ attributes }) => attributes["evp-event-id"])).toEqual(ids);
  expect(got.map(({ groupId }) => groupId)).toEqual(Array(3).fill("consumer-1#group-1"));
});

it("lets nothing reach the queue without a token that is believed, nor what breaks the schema", async () => {
  const { home, token, post } = await startSystem();
  const body = '{"message":"hello"}';
  expect(await post(body, {})).toMatchObject({ status: 401 });
  expect(await post(body, { Authorization: `${token.slice(0, -4)}AAAA` })).toMatchObject({ status: 401 });
  expect(await post("{}", { Authorization: `Bearer ${token}` })).toMatchObject({
    status: 422,
    document: { detail: "/message is missing" },
  });
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 0 });
});

it("knows a message again by its idempotency key, however late it comes", async () => {
  const { home, token, post, consume } = await startSystem();
  const headers = { Authorization: token, "Idempotency-Key": '"m-1"' };
  const body = '{"message":"once"}';
  const first = await post(body, headers);
  expect(await post(body, headers)).toEqual(first);
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 1, published: 1 });
  expect((await consume()).map(({ attributes }) => attributes["evp-event-id"])).toEqual(["producer-1.m-1"]);
});
