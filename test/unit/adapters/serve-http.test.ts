import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveHttp } from "../../../src/adapters/http/serve-http.js";
import type { HttpRoutes } from "../../../src/ports/http-service.js";

const ROUTES: HttpRoutes = {
  "/health": () => ({ status: 503, contentType: "application/json", body: '{"status":"down"}\n' }),
  "/broken": () => {
    throw new Error("it broke");
  },
};

async function start(options?: { patienceMs: number }, routes = ROUTES) {
  const service = await serveHttp({ host: "127.0.0.1", port: 0 }, routes, options);
  onTestFinished(() => service.close());
  return service;
}

/** The other end of the next connection. */
function acceptedSocket(): Promise<Socket> {
  return new Promise((resolve) => {
    const take = (message: unknown) => {
      unsubscribe("net.server.socket", take);
      resolve((message as { socket: Socket }).socket);
    };
    subscribe("net.server.socket", take);
  });
}

/** Everything that comes back to a text that is sent as it is, until the server ends the connection. */
async function sendRaw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let answer = "";
  socket.on("data", (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.on("error", () => undefined);
  socket.write(text);
  await once(socket, "close");
  return answer;
}

describe("an HTTP service", () => {
  it("answers what its routes say, whatever the query", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/health?verbose=1`);
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ status: "down" });
  });

  it("answers HEAD as GET, without the body", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/health`, { method: "HEAD" });
    expect({
      status: response.status,
      length: response.headers.get("content-length"),
      body: await response.text(),
    }).toEqual({ status: 503, length: "18", body: "" });
  });

  it.each(["/", "/metric", "/health/", "//health", "/__proto__", "/constructor"])("has nothing at %s", async (path) => {
    const { url } = await start();
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe("There is only /health, /broken.\n");
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("refuses %s", async (method) => {
    const { url } = await start();
    const response = await fetch(`${url}/health`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  it("answers 500 where a route fails, and goes on", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/broken`)).status).toBe(500);
    expect((await fetch(`${url}/health`)).status).toBe(503);
  });

  it("cuts off a client that does not come to the end of its request", async () => {
    const { url } = await start({ patienceMs: 100 });
    expect(await sendRaw(url, "GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ")).not.toContain("200");
    expect((await fetch(`${url}/health`)).status).toBe(503);
  });

  it("cuts off a client that says nothing", async () => {
    const { url } = await start({ patienceMs: 100 });
    expect(await sendRaw(url, "")).not.toContain("HTTP/1.1 200");
  });

  it("cuts off a client that does not take in its answer", async () => {
    const body = "x".repeat(64 * 1024 * 1024);
    const { url } = await start(
      { patienceMs: 100 },
      { "/large": () => ({ status: 200, contentType: "text/plain", body }) },
    );
    const accepted = acceptedSocket();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => undefined);
    socket.write("GET /large HTTP/1.1\r\nhost: x\r\n\r\n");
    // Nothing is read meanwhile.
    await once(await accepted, "close");
    expect((await fetch(`${url}/`)).status).toBe(404);
  });

  it("refuses what is no HTTP", async () => {
    const { url } = await start();
    expect(await sendRaw(url, "\u0000\u0001 nonsense\r\n\r\n")).toMatch(/^HTTP\/1.1 400/);
  });

  it("ends at once, with a client that still waits", async () => {
    const { url, close } = await start(undefined, { "/slow": () => new Promise(() => undefined) });
    const waiting = fetch(`${url}/slow`).then(
      () => "answered",
      () => "cut off",
    );
    await fetch(`${url}/`);
    await close();
    expect(await waiting).toBe("cut off");
    await expect(fetch(`${url}/`)).rejects.toThrow();
  });

  it("listens on the loopback address of IPv6, too", async ({ skip }) => {
    const service = await serveHttp({ host: "::1", port: 0 }, ROUTES).catch(() => undefined);
    if (service === undefined) return skip("this machine has no IPv6");
    expect(service.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${service.url}/health`)).status).toBe(503);
    await service.close();
  });

  it("says that the port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(serveHttp({ host: "127.0.0.1", port }, ROUTES)).rejects.toMatchObject({
      code: "port-taken",
      category: "usage",
      message: `cannot listen on http://127.0.0.1:${port}: another program listens there`,
      hint: "Give another port with --http, or 0 for any that is free.",
    });
  });

  it("says that the machine has no such address", async () => {
    // Documentation addresses belong to no machine (RFC 5737).
    await expect(serveHttp({ host: "192.0.2.1", port: 0 }, ROUTES)).rejects.toMatchObject({
      code: "cannot-listen",
      category: "usage",
    });
  });
});
