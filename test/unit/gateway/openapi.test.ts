import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import { describe, expect, it } from "vitest";
import { createQueueDouble, goodEvent, queueDown, startGateway } from "../../factories/gateway.js";

describe("the OpenAPI document", () => {
  type Operations = Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
  >;

  async function describedBy(url: string): Promise<{ paths: Operations; components: object }> {
    return JSON.parse(await (await fetch(`${url}/openapi.json`)).text());
  }

  it("is valid, and tells the routes that there are", async () => {
    const { url } = await startGateway({ settings: { paths: [{ path: "/", wrap: {} }] } });
    const document = await describedBy(url);
    const { valid, errors } = await new Validator().validate(document);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(told.sort()).toEqual(["get /health", "get /openapi.json", "post /", "post /v1/events"]);
    for (const route of told) {
      const [method = "", path = ""] = route.split(" ");
      const { status } = await fetch(url + path, { method: method.toUpperCase() });
      expect({ route, isThere: status !== 404 && status !== 405 }).toEqual({ route, isThere: true });
    }
  });

  it("describes every answer that there is", async () => {
    const queue = createQueueDouble();
    const { url, post } = await startGateway({ queue, settings: { bodyBytes: 20_000, ratePerSecond: 1000 } });
    const document = await describedBy(url);
    const ajv = new Ajv2020({ strict: false, formats: fullFormats });
    ajv.addSchema({ $id: "openapi", ...document });
    const seen = new Set<number>();
    const check = async (answer: Promise<{ status: number; headers: Headers; document: unknown }>) => {
      const { status, headers, document: body } = await answer;
      const [type = ""] = (headers.get("content-type") ?? "").split(";");
      const at = ["paths", "~1v1~1events", "post", "responses", status, "content", type.replace("/", "~1"), "schema"];
      const isDescribed = ajv.validate({ $ref: `openapi#/${at.join("/")}` }, body);
      expect({ status, isDescribed, errors: ajv.errors }).toEqual({ status, isDescribed: true, errors: null });
      seen.add(status);
    };
    await check(post(goodEvent("e")));
    await check(post(`[${goodEvent("a")},${goodEvent("b")}]`));
    await check(post(`[${goodEvent("a")},{}]`));
    await check(post("{"));
    await check(post(goodEvent("e"), { headers: { authorization: "no" } }));
    await check(post(goodEvent("e"), { producer: "nobody" }));
    await check(post(goodEvent("e"), { headers: { "Idempotency-Key": "k" } }));
    await check(post(goodEvent("f"), { headers: { "Idempotency-Key": "k" } }));
    await check(post("x".repeat(30_000)));
    await check(post(goodEvent("e"), { headers: { "content-type": "text/plain" } }));
    await check(post({}));
    const fault = { code: "InternalError", message: "inside", isSenderFault: false };
    queue.meddle = (messages) =>
      messages.map(({ body }) =>
        body.includes("bad") ? { ok: false, fault } : { ok: true, messageId: "m", sequence: "1" },
      );
    await check(post(`[${goodEvent("good")},${goodEvent("bad")}]`));
    queue.meddle = queueDown;
    await check(post(goodEvent("e2")));
    await check(post(`[${goodEvent("e3")},${goodEvent("e4")}]`));
    expect([...seen].sort()).toEqual([202, 207, 400, 401, 403, 409, 413, 415, 422, 503]);
  });
});
