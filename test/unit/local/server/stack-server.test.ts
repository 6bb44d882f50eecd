import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { WholeRequest, WholeResponse } from "../../../../src/local/http-message.js";
import { type StackServices, statusDocument } from "../../../../src/local/server/route.js";
import { openStackServer } from "../../../../src/local/server/stack-server.js";

const done: WholeResponse = { status: 200, headers: {}, body: "done" };
const JSON_CALL = { "x-amz-target": "AmazonSQS.SendMessage" };
const QUERY_CALL = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

async function serve(services: Partial<StackServices> = {}, ports = [0]) {
  const log: string[] = [];
  const server = await openStackServer({
    ports,
    services: {
      queues: { handle: async () => done },
      tables: { handle: async () => done },
      status: statusDocument("1.2.3", "/state"),
      ...services,
    },
    log: (line) => void log.push(line),
  });
  onTestFinished(() => server.close());
  const endpoint = `http://127.0.0.1:${server.port}`;
  const post = (headers: Record<string, string>, body = "") => fetch(endpoint, { method: "POST", headers, body });
  return { ...server, endpoint, post, log };
}

function failing() {
  return {
    handle: async (): Promise<WholeResponse> => {
      throw new Error("out of luck");
    },
  };
}

describe("requests", () => {
  test("reach a service whole, with their headers in lower case", async () => {
    const seen: WholeRequest[] = [];
    const { post } = await serve({
      queues: {
        handle: async (whole) => {
          seen.push(whole);
          return done;
        },
      },
    });
    const body = "😀".repeat(100_000);
    expect(await (await post({ "X-Amz-Target": "AmazonSQS.SendMessage" }, body)).text()).toBe("done");
    expect(seen[0]).toMatchObject({ method: "POST", url: "/", headers: JSON_CALL });
    expect(seen[0]?.body.toString()).toBe(body);
  });

  test.each([
    ["DynamoDB's target", { "x-amz-target": "DynamoDB_20120810.GetItem" }, "tables"],
    ["any other target", JSON_CALL, "queues"],
    ["a Query action", QUERY_CALL, "queues"],
  ])("%s goes to the %s", async (_, headers, expected) => {
    const answering = (body: string) => ({ handle: async () => ({ ...done, body }) });
    const { post } = await serve({ queues: answering("queues"), tables: answering("tables") });
    expect(await (await post(headers as Record<string, string>, "Action=Publish")).text()).toBe(expected);
  });

  test("that no service knows are refused in the protocol that they speak", async () => {
    const { post } = await serve({ queues: { handle: async () => undefined } });
    const json = await post({ "x-amz-target": "Kinesis_20131202.PutRecord" }, "{}");
    expect(json.status).toBe(400);
    expect(await json.json()).toEqual({
      __type: "UnknownOperationException",
      message: "The embedded stack does not serve Kinesis_20131202.PutRecord",
    });
    const xml = await post(QUERY_CALL, "Action=Send%3CEmail%3E");
    expect(xml.status).toBe(400);
    expect(await xml.text()).toContain(
      "<Code>InvalidAction</Code><Message>The embedded stack does not serve Send&lt;Email&gt;</Message>",
    );
  });

  test.each([
    ["a script's", { origin: "https://example.com" }],
    ["a form's of a page without an origin", { origin: "null" }],
    ["an image's, which has no origin", { "sec-fetch-site": "cross-site" }],
  ])("of a web page are refused before any service sees them: %s", async (_, headers) => {
    const handle = vi.fn(async () => done);
    const { port } = await serve({ queues: { handle }, tables: { handle } });
    // Not by fetch, which keeps such headers to itself.
    const statuses = ["/", "/?Action=ListQueues"].map(
      (path) =>
        new Promise((resolve, reject) => {
          const call = request({ host: "127.0.0.1", port, path, headers: headers as Record<string, string> });
          call.once("response", (response) => resolve(response.resume().statusCode)).once("error", reject);
          call.end();
        }),
    );
    expect(await Promise.all(statuses)).toEqual([403, 403]);
    expect(handle).not.toHaveBeenCalled();
  });

  test("that break something inside are answered, logged, and hurt no other", async () => {
    const { post, log } = await serve({ tables: failing(), queues: failing() });
    const json = await post({ "x-amz-target": "DynamoDB_20120810.GetItem" });
    expect(json.status).toBe(500);
    expect(await json.json()).toMatchObject({ __type: "InternalFailure" });
    const xml = await post(QUERY_CALL, "Action=Publish");
    expect(xml.status).toBe(500);
    expect(await xml.text()).toContain("<Type>Receiver</Type><Code>InternalFailure</Code>");
    expect(log).toEqual([
      expect.stringMatching(/^answering POST \/: Error: out of luck\n/),
      expect.stringMatching(/^answering POST \/: Error: out of luck\n/),
    ]);
  });
});

describe("a client that goes away", () => {
  test("is told to the service that still works for it", async () => {
    const signals: AbortSignal[] = [];
    const { endpoint } = await serve({
      queues: {
        handle: (_, signal) => {
          signals.push(signal);
          return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
        },
      },
    });
    const gone = new AbortController();
    const call = fetch(endpoint, { method: "POST", headers: JSON_CALL, signal: gone.signal });
    await vi.waitUntil(() => signals.length === 1, { interval: 1 });
    gone.abort();
    await expect(call).rejects.toThrow("aborted");
    await vi.waitUntil(() => signals[0]?.aborted, { interval: 1 });
  });

  test("is not told where the answer was written", async () => {
    const signals: AbortSignal[] = [];
    const { post } = await serve({
      queues: {
        handle: async (_, signal) => {
          signals.push(signal);
          return done;
        },
      },
    });
    await (await post(JSON_CALL)).text();
    await (await post(JSON_CALL)).text();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });
});

describe("the server", () => {
  test("listens on loopback alone, on the first free port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await vi.waitUntil(() => other.listening);
    const address = other.address();
    const taken = typeof address === "object" && address !== null ? address.port : 0;
    const { port, endpoint } = await serve({}, [taken, 0]);
    expect(port).not.toBe(taken);
    expect(await (await fetch(endpoint)).json()).toMatchObject({
      evp: "embedded stack",
      version: "1.2.3",
      stateDir: "/state",
    });
    await expect(serve({}, [taken])).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  test("closes at once while connections are kept alive and a poll waits, which gets its answer", async () => {
    const polling = Promise.withResolvers<void>();
    const { port, close } = await serve({
      queues: {
        handle: (_, signal) => {
          polling.resolve();
          return new Promise((resolve) =>
            signal.addEventListener("abort", () => resolve({ ...done, body: "nothing" })),
          );
        },
      },
    });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const answered = new Promise<string>((resolve, reject) => {
      const call = request({ host: "127.0.0.1", port, agent, method: "POST", headers: JSON_CALL }, (response) => {
        response.once("data", (chunk: Buffer) => resolve(chunk.toString()));
      });
      call.once("error", reject).end();
    });
    await polling.promise;
    const begun = performance.now();
    await close();
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(await answered).toBe("nothing");
  });
});
