import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SchemaCheckReport } from "../../src/app/schema/check-schema.js";
import type { SchemaView } from "../../src/app/schema/list-schemas.js";
import type { SchemaTestReport } from "../../src/app/schema/test-events.js";
import { eventBody } from "../factories/events.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { assertFits } from "../factories/output-document.js";

async function write(home: EvpHome, file: string, content: object): Promise<void> {
  await mkdir(dirname(join(home.folder, file)), { recursive: true });
  await writeFile(join(home.folder, file), JSON.stringify(content));
}

/** Runs a command that ends with findings. */
async function findings<Document>(home: EvpHome, args: string[]): Promise<Document> {
  const { exitCode, stdout, stderr } = await home.run([...args, "--json"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 5 });
  return JSON.parse(stdout);
}

const ORDER = {
  type: "object",
  required: ["amount"],
  properties: { amount: { type: "number" }, channel: { enum: ["web", "app"] } },
};
const STRICTER = { ...ORDER, required: ["amount", "channel"] };
const CONFIG = {
  schemas: { folder: "schemas", default: "any.json" },
  clients: [
    { id: "client-1", allowedTypes: ["order"] },
    { id: "client-2", allowedTypes: ["order"] },
  ],
};
const order = (id: string, payload: { amount: number; channel?: string }, clientId = "client-1") =>
  eventBody({ id, type: "order", clientId, payload });

async function homeWithSchemas(): Promise<EvpHome> {
  const home = await createEvpHome(CONFIG);
  await write(home, "schemas/order/1.0.json", { title: "An order", ...ORDER });
  await write(home, "any.json", {});
  return home;
}

describe("evp schema list", () => {
  it("tells every type and version, of evp's own and of the config", async () => {
    const own = await createEvpHome();
    const builtIn = await own.json<SchemaView[]>(["schema", "list"]);
    await assertFits(builtIn, "schema-list");
    expect(builtIn.map(({ type, version, builtIn }) => [type, version, builtIn])).toEqual([
      ["integration", "1.0", true],
      ["monitoring", "1.0", true],
      ["transaction", "1.0", true],
      ["user_action", "1.0", true],
    ]);

    const home = await homeWithSchemas();
    expect(await home.json(["schema", "list"])).toEqual([
      {
        type: "order",
        version: "1.0",
        file: "schemas/order/1.0.json",
        draft: "2020-12",
        title: "An order",
        builtIn: false,
      },
      { type: null, version: null, file: "any.json", draft: "2020-12", title: null, builtIn: false },
    ]);
  });

  it("names the file and the place of one that does not compile", async () => {
    const home = await homeWithSchemas();
    await write(home, "schemas/order/1.1.json", { properties: { amount: { type: "numbr" } } });
    const { exitCode, stderr } = await home.run(["schema", "list"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("schemas/order/1.1.json: the schema does not compile at /properties/amount/type");
  });
});

describe("evp schema test", () => {
  it("checks a file, stdin and a fixture without any stack", async () => {
    const home = await homeWithSchemas();
    const lines = [order("good", { amount: 1 }), order("bad", { amount: 1, channel: "fax" }), "{"].join("\n");
    await writeFile(join(home.folder, "events.ndjson"), lines);
    const report = await findings<SchemaTestReport>(home, ["schema", "test", "events.ndjson"]);
    await assertFits(report, "schema-test");
    expect(report).toMatchObject({ source: "events.ndjson", countedBy: "line", checked: 3, passed: 1, failed: 2 });
    expect(report.events[1]).toMatchObject({
      line: 2,
      eventId: "bad",
      reason: "schema-violation",
      violations: [{ pointer: "/payload/channel", message: 'must be one of "web", "app"', found: '"fax"' }],
    });

    const shown = await home.run(["schema", "test", "-"], lines);
    expect(shown.stdout).toContain("schema-violation  line 2 · bad · client-1 · order 1.0\n  /payload/channel must be");
    expect(shown.stdout).toContain("stdin: 3 events, 1 passes, 2 would be rejected");
    expect(shown.stderr).toBe(
      "evp: 2 of 3 events would be rejected\nMend the events, or the schema: evp schema list tells its file.",
    );
    expect(await home.json(["local", "status"])).toMatchObject({ running: false });
  });

  it("passes what evp's own fixture of valid events holds, and wants one source", async () => {
    const home = await createEvpHome();
    expect(await home.run(["schema", "test", "--fixture", "valid"])).toMatchObject({
      exitCode: 0,
      stdout: "fixture valid: 8 events, 8 pass",
      stderr: "",
    });
    expect(await home.run(["schema", "test"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("nothing to test"),
    });
    expect(await home.run(["schema", "test", "-"], "\n")).toMatchObject({ exitCode: 2 });
    expect(await home.run(["schema", "test", "nowhere.ndjson"])).toMatchObject({ exitCode: 2 });
  });
});

describe("evp schema check", () => {
  it("compares with the schema in use, by the file's name", async () => {
    const home = await homeWithSchemas();
    await write(home, "order-1.1.json", STRICTER);
    const report = await findings<SchemaCheckReport>(home, ["schema", "check", "order-1.1.json"]);
    await assertFits(report, "schema-check");
    expect(report).toEqual({
      file: "order-1.1.json",
      type: "order",
      version: "1.1",
      against: { file: "schemas/order/1.0.json", version: "1.0" },
      verdict: "breaking",
      changes: [
        { verdict: "breaking", field: "/channel", reason: "must be present now", pointer: "/required", of: "new" },
      ],
      store: null,
    });

    await write(home, "new.json", ORDER);
    const compatible = await home.json(["schema", "check", "new.json", "--type", "order", "--schema-version", "1.0"]);
    expect(compatible).toMatchObject({ version: "1.0", verdict: "compatible", changes: [] });
    const files = await home.run(["schema", "check", "new.json", "--against", "order-1.1.json"]);
    expect(files).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("/channel  may be left out now") });
    expect(await home.json(["local", "status"])).toMatchObject({ running: false });
  });

  it("tries what is stored: how many of each client would fail, with examples", async () => {
    const home = await homeWithSchemas();
    await home.json(["init"]);
    const events = [
      ...["a", "b", "c", "d"].map((id) => order(id, { amount: 1 })),
      order("e", { amount: 1, channel: "web" }),
      order("f", { amount: 1, channel: "app" }, "client-2"),
    ];
    await writeFile(join(home.folder, "events.ndjson"), events.join("\n"));
    await home.json(["send", "events.ndjson"]);
    await home.json(["process", "--drain"]);
    await write(home, "order/1.1.json", STRICTER);

    const report = await findings<SchemaCheckReport>(home, ["schema", "check", "order/1.1.json", "--against", "store"]);
    await assertFits(report, "schema-check");
    expect(report.store).toMatchObject({ last: 1000, version: "1.0", checked: 6, failing: 4 });
    const violations = [{ pointer: "/payload/channel", message: "is missing" }];
    expect(report.store?.clients).toEqual([
      {
        clientId: "client-1",
        checked: 5,
        failing: 4,
        examples: ["d", "c", "b"].map((eventId) => ({ eventId, sentAt: expect.any(String), violations })),
      },
      { clientId: "client-2", checked: 1, failing: 0, examples: [] },
    ]);

    await write(home, "wider.json", ORDER);
    const two = ["--against", "store", "--against", "order/1.1.json", "--client", "client-2", "--last", "1"];
    expect(await home.json(["schema", "check", "wider.json", "--type", "order", ...two])).toMatchObject({
      against: { file: "order/1.1.json", version: "1.1" },
      verdict: "compatible",
      store: { last: 1, version: "1.1", checked: 0, failing: 0, clients: [{ clientId: "client-2" }] },
    });
  });

  it("says what is missing", async () => {
    const home = await homeWithSchemas();
    const stderrOf = async (...args: string[]) => {
      const { exitCode, stderr } = await home.run(["schema", "check", ...args]);
      return `${exitCode} ${stderr}`;
    };
    expect(await stderrOf("schemas/order/1.0.json")).toContain(
      "2 evp: schemas/order/1.0.json is the schema in use itself",
    );
    expect(await stderrOf("nowhere/1.0.json")).toMatch(/^2 evp: there is no .*nowhere\/1\.0\.json/);
    await write(home, "broken-1.0.json", { type: "objekt" });
    expect(await stderrOf("broken-1.0.json")).toContain("2 evp: broken-1.0.json: the schema does not compile at /type");
    await writeFile(join(home.folder, "schema"), "{}");
    expect(await stderrOf("schema")).toContain("2 evp: nothing tells which events schema is for");
    expect(await stderrOf("any.json", "--last", "5")).toContain("2 evp: --last is about stored events");
    expect(await stderrOf("any.json", "--schema-version", "1")).toContain("Expected a version, for instance 1.1.");
    await writeFile(join(home.folder, "evp.config.json"), JSON.stringify({ schemas: { folder: "schemas" } }));
    expect(await stderrOf("any.json", "--type", "ordr")).toMatch(
      /^4 evp: there is no schema for type ordr to compare with\nDid you mean --type order\? Known types: order;/,
    );
  });
});
