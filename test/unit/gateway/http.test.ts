import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { createQueueDouble, goodEvent, startGateway } from "../../factories/gateway.js";
import { temporaryFolder } from "../cli/fake-context.js";

const good = (id: string, key = id) => goodEvent(id, { key });

function rawPost(body: string, headers = "", declared = Buffer.byteLength(body)): string {
  const head = [
    "POST /v1/events HTTP/1.1",
    "host: x",
    "authorization: token-producer-1",
    "content-type: application/json",
  ];
  return `${head.join("\r\n")}\r\n${headers}content-length: ${declared}\r\n\r\n${body}`;
}

const FAST = { requestTimeoutMs: 1000 };

describe("a client that is", () => {
  it("slow with its headers is cut off", async () => {
    const { connect } = await startGateway({ settings: FAST });
    const { socket, closed, received } = await connect();
    socket.write("POST /v1/events HTTP/1.1\r\nhost: x\r\n");
    const drip = setInterval(() => socket.write("a: b\r\n"), 100);
    await closed;
    clearInterval(drip);
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
    expect(received()).toContain("urn:evp:problem:request-timeout");
  });

  it("slow with its body is cut off, and nothing of it is enqueued", async () => {
    const { connect, queue } = await startGateway({ settings: FAST });
    const { socket, closed } = await connect();
    socket.write(rawPost(good("e").slice(0, 20), "", 500));
    const drip = setInterval(() => socket.write(" "), 100);
    await closed;
    clearInterval(drip);
    expect(queue.taken).toEqual([]);
  });

  it("gone in mid-upload leaves nothing behind", async () => {
    const { connect, queue, post } = await startGateway();
    const { socket, closed } = await connect();
    socket.write(rawPost(good("e").slice(0, 20), "", 500));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await closed;
    expect((await post(good("f"))).status).toBe(202);
    expect(queue.taken).toHaveLength(1);
  });

  it("not known does not get to send its body", async () => {
    const { connect } = await startGateway();
    const { socket, received } = await connect();
    socket.write(rawPost("", "", 1_000_000).replace("token-producer-1", "wrong"));
    await vi.waitFor(() => expect(received()).toMatch(/^HTTP\/1\.1 401 /));
  });

  it("not speaking HTTP is told so", async () => {
    const { connect } = await startGateway();
    const { socket, closed, received } = await connect();
    socket.write("\u0016\u0003\u0001 hello\r\n\r\n");
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("a request that is too large", () => {
  it("is refused by its declared length, before it is read", async () => {
    const { connect, queue } = await startGateway({ settings: { bodyBytes: 2048 } });
    const { socket, received, closed } = await connect();
    socket.write(rawPost("", "", 10_000_000));
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(received()).toContain('"code":"too-large"');
    expect(queue.taken).toEqual([]);
  });

  it("is refused as it grows, where it declares none", async () => {
    const { connect, queue } = await startGateway({ settings: { bodyBytes: 2048 } });
    const { socket, received, closed } = await connect();
    socket.on("error", () => undefined);
    socket.write(rawPost("", "transfer-encoding: chunked\r\n").replace("content-length: 0\r\n", ""));
    const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
    for (let count = 0; count < 10 && socket.writable; count++) socket.write(chunk);
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(queue.taken).toEqual([]);
  });

  it("in its headers is refused", async () => {
    const { connect } = await startGateway();
    const { socket, received, closed } = await connect();
    socket.write(`POST /v1/events HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`);
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 431 /);
  });

  it("compressed is not taken at all", async () => {
    const { post } = await startGateway();
    expect(await post(good("e"), { headers: { "content-encoding": "gzip" } })).toMatchObject({ status: 415 });
  });
});

it("requests that are sent on one connection without waiting are taken and answered in their order", async () => {
  const queue = createQueueDouble();
  queue.delay = () => new Promise((resolve) => setTimeout(resolve, queue.calls.length % 2 === 1 ? 20 : 1));
  const { connect } = await startGateway({ queue });
  const { socket, received } = await connect();
  const ids = Array.from({ length: 12 }, (_, index) => `e-${index}`);
  socket.write(ids.map((id) => rawPost(good(id, "one-group"))).join(""));
  await vi.waitFor(() => expect(received().match(/202 Accepted/g)).toHaveLength(12), { timeout: 10_000 });
  expect(queue.taken.map(({ body }) => JSON.parse(body).id)).toEqual(ids);
  expect([...received().matchAll(/"eventId":"([^"]+)"/g)].map(([, id]) => id)).toEqual(ids);
});

it("a request whose sender takes long to be known is not overtaken on its own connection", async () => {
  const verifier = {
    known: () => undefined,
    async verify(token: string) {
      if (token === "slow") await new Promise((resolve) => setTimeout(resolve, 100));
      return { ok: true as const, producerId: "producer-1" };
    },
  };
  const { connect, queue } = await startGateway({ verifier });
  const { socket, received } = await connect();
  const slow = rawPost(good("first", "one-group")).replace("token-producer-1", "slow");
  socket.write(slow + rawPost(good("second", "one-group")));
  await vi.waitFor(() => expect(received().match(/202 Accepted/g)).toHaveLength(2), { timeout: 10_000 });
  expect(queue.taken.map(({ body }) => JSON.parse(body).id)).toEqual(["first", "second"]);
});

describe("every answer", () => {
  const OWN = [
    "cache-control",
    "content-security-policy",
    "cross-origin-resource-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
    "content-type",
    "content-length",
    "connection",
    "date",
  ];
  const namesIn = (answer: string) =>
    Array.from((answer.split("\r\n\r\n")[0] ?? "").matchAll(/^([\w-]+):/gm), ([, name]) => name?.toLowerCase() ?? "");

  it.each([
    ["taken", 202, rawPost(good("e"), "connection: close\r\n")],
    ["refused", 422, rawPost("{}", "connection: close\r\n")],
    ["to nobody known", 401, "POST /v1/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"],
    [
      "of another type",
      415,
      "POST /v1/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: a/b\r\ncontent-length: 0\r\n\r\n",
    ],
    ["by another method", 405, "GET /v1/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"],
    ["about nothing", 404, "GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"],
    ["too large", 413, rawPost(good("e"), "", 99_000_000)],
  ])("says what all of them say, and each of it once: %s", async (_, status, text) => {
    const { connect } = await startGateway();
    const { socket, closed, received } = await connect();
    socket.write(text);
    await closed;
    expect(received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const names = namesIn(received());
    expect(names).toEqual(expect.arrayContaining(OWN));
    expect(names).toHaveLength(new Set(names).size);
  });

  it("on its way when a drain begins ends its connection, and says so once", async () => {
    const queue = createQueueDouble();
    let release: () => void = () => undefined;
    queue.delay = () => new Promise<void>((resolve) => (release = resolve));
    const { service, connect } = await startGateway({ queue });
    const { socket, closed, received } = await connect();
    socket.write(rawPost(good("e")) + rawPost(good("f")));
    await vi.waitFor(() => expect(queue.calls).toHaveLength(1));
    const drained = service.drain();
    release();
    await Promise.all([drained, closed]);
    const names = namesIn(received());
    expect(names.filter((name) => name === "connection")).toHaveLength(1);
  });
});

describe("a drain", () => {
  it("answers what has arrived, says that connections end, and takes nothing new", async () => {
    const queue = createQueueDouble();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    queue.delay = () => held;
    const { service, post, port } = await startGateway({ queue });
    const answers = Array.from({ length: 30 }, (_, index) => post(good(`e-${index}`)));
    await vi.waitFor(() => expect(queue.calls.length).toBeGreaterThan(0));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const drained = service.drain();
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
    release();
    const settled = await Promise.all(answers);
    expect(settled.map(({ status }) => status)).toEqual(settled.map(() => 202));
    expect(new Set(settled.map(({ headers }) => headers.get("connection")))).toEqual(new Set(["close"]));
    await drained;
    expect(queue.taken).toHaveLength(30);
  });

  it("lets go of connections on which nothing is under way", async () => {
    const { service, connect } = await startGateway();
    const { closed } = await connect();
    await service.drain();
    await closed;
  });

  it("that is cut short ends what is under way", async () => {
    const queue = createQueueDouble();
    queue.delay = () => new Promise(() => undefined);
    const { service, post } = await startGateway({ queue });
    const answer = post(good("e"));
    answer.catch(() => undefined);
    await vi.waitFor(() => expect(queue.calls).toHaveLength(1));
    void service.drain();
    await service.close();
    await expect(answer).rejects.toThrow();
  });
});

it("serves HTTPS, and says that it wants nothing else", async () => {
  const folder = temporaryFolder();
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-days", "1", "-nodes", "-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", ...subject], { stdio: "ignore" });
  const tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  const { url } = await startGateway({ tls });
  expect(url).toMatch(/^https:/);
  const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
    const options = { ca: tls.cert, servername: "localhost", checkServerIdentity: () => undefined };
    request(`${url}/health`, options, (response) => resolve(response.resume().headers))
      .on("error", reject)
      .end();
  });
  expect(headers["strict-transport-security"]).toBe("max-age=31536000");
});

it("answers no page of another site, whatever it asks for", async () => {
  const { url } = await startGateway();
  const origin = { origin: "https://elsewhere.example", "access-control-request-method": "POST" };
  const answer = await fetch(`${url}/v1/events`, { method: "OPTIONS", headers: origin });
  expect(answer.status).toBe(405);
  expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

describe("a token that is known", () => {
  const known = (token: string) => ({ ok: true as const, producerId: token.replace("token-", "") });
  const never = () => Promise.reject(new Error("a known token is not looked at again"));

  it("lets a producer in without another look, and one that is not registered not at all", async () => {
    const { post, queue } = await startGateway({ verifier: { known, verify: never } });
    const answers = await Promise.all(["e1", "e2", "e3"].map((id) => post(good(id))));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await post(good("e4"))).status).toBe(202);
    expect((await post(good("e5"), { producer: "producer-9" })).status).toBe(403);
    expect(queue.taken).toHaveLength(4);
  });

  it("that makes the gateway fail fails its own request alone", async () => {
    const broken = (token: string) => {
      if (token === "token-producer-9") throw new TypeError("a defect");
      return known(token);
    };
    const { post, told } = await startGateway({ verifier: { known: broken, verify: never } });
    expect(await post(good("e1"), { producer: "producer-9" })).toMatchObject({
      status: 500,
      document: { type: "urn:evp:problem:failed" },
    });
    expect(told).toContainEqual({ name: "gateway:failed", payload: { message: "TypeError: a defect" } });
    expect((await post(good("e2"))).status).toBe(202);
  });
});
