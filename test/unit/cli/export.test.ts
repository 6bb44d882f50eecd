import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { evp, temporaryFolder } from "./fake-context.js";

describe("evp export", () => {
  it.each([["cloudformation"], ["terraform"], ["iam"]])("%s prints one JSON document and asks nobody", async (what) => {
    const { code, stdout, stderr, connected } = await evp(["export", what], { env: { EVP_TARGET: "local" } });
    expect({ code, stderr, connected }).toEqual({ code: 0, stderr: "", connected: [] });
    expect(JSON.parse(stdout)).toBeTypeOf("object");
    expect(JSON.parse((await evp(["export", what, "--json"])).stdout)).toEqual(JSON.parse(stdout));
  });

  it("writes where it is told to, folders and all", async () => {
    const cwd = temporaryFolder();
    const { code, stdout } = await evp(["export", "terraform", "--out", "infra/evp"], { cwd });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^infra\/evp\/evp\.tf\.json: \d+ resources\n$/),
    });
    expect(JSON.parse(readFileSync(join(cwd, "infra/evp/evp.tf.json"), "utf8"))).toHaveProperty("resource");
    const written = JSON.parse((await evp(["export", "iam", "--out", "p.json", "--json"], { cwd })).stdout);
    const schema = JSON.parse(
      readFileSync(resolve(import.meta.dirname, "../../../schemas/output/export.json"), "utf8"),
    );
    expect(new Ajv2020().validate(schema, written)).toBe(true);
    expect(written).toEqual({ file: "p.json", count: 10 });
    expect(existsSync(join(cwd, "p.json"))).toBe(true);
  });

  it("says when it cannot write", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "taken"), "");
    const { code, stderr } = await evp(["export", "terraform", "--out", "taken"], { cwd });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("taken/evp.tf.json cannot be written"),
    });
  });

  it("warns of what Terraform cannot set", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "evp.config.json"), JSON.stringify({ maxEventBytes: 300_000 }));
    const { code, stderr } = await evp(["export", "terraform", "--quiet"], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain("cannot set MaximumMessageSize of topic evp-client-1.fifo");
  });

  it.each([
    [["cloudformation", "--profile", "x"], "--profile means nothing here"],
    [["cloudformation", "--target", "local"], "--target local means nothing here"],
    [["terraform", "--endpoint-url", "http://localhost:1"], "--endpoint-url means nothing here"],
    [["terraform", "--region", "Ireland"], '"Ireland" is no region'],
    [["iam", "--account", "12"], "12 digits"],
    [["iam", "--role", "client"], "--role client and --client <id> belong together"],
    [["iam", "--client", "client-1"], "--role client and --client <id> belong together"],
  ])("refuses %j", async (args, text) => {
    const { code, stderr } = await evp(["export", ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(text) });
  });
});
