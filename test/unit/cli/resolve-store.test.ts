import { describe, expect, it } from "vitest";
import type { ConfigFile } from "../../../src/cli/config/config-file.js";
import type { Origins } from "../../../src/cli/config/origins.js";
import { resolveStore } from "../../../src/cli/config/resolve-store.js";

function resolved(store: ConfigFile["store"], env: Record<string, string> = {}, stack = "evp") {
  const origins: Origins = new Map();
  const config: ConfigFile = store === undefined ? {} : { store };
  const settings = resolveStore({ env, config, stack }, origins);
  return { settings, from: Object.fromEntries([...origins].map(([name, origin]) => [name, origin.name])) };
}

describe("where the journal is kept", () => {
  it("is DynamoDB, where nothing is said", () => {
    expect(resolved(undefined)).toEqual({ settings: { kind: "dynamodb" }, from: { "store.kind": "" } });
  });

  it("is the database of the config, in a schema that is called like the stack", () => {
    const { settings, from } = resolved({ kind: "postgres", url: "postgres://host/db" }, {}, "trial-1");
    expect(settings).toEqual({
      kind: "postgres",
      url: "postgres://host/db",
      schema: "trial-1",
      viewSchema: "trial-1",
      maxConnections: 10,
    });
    expect(from["store.url"]).toBe("/store/url");
  });

  it("is the one that EVP_STORE_URL names, whatever the config says", () => {
    const env = { EVP_STORE_URL: "postgres://other/db", PGHOST: "third" };
    expect(resolved({ kind: "dynamodb" }, env).settings).toMatchObject({
      kind: "postgres",
      url: "postgres://other/db",
    });
    const { settings, from } = resolved({ kind: "postgres", url: "postgres://host/db", schema: "s" }, env);
    expect(settings).toMatchObject({ url: "postgres://other/db", schema: "s", viewSchema: "s" });
    expect(from["store.url"]).toBe("EVP_STORE_URL");
  });

  it("comes from libpq's variables without a URL", () => {
    const { settings, from } = resolved({ kind: "postgres" }, { PGHOST: "host", PGPASSWORD: "secret" });
    expect(settings).toMatchObject({ url: undefined });
    expect(from["store.url"]).toBe("PGHOST");
    expect(resolved(undefined, { PGHOST: "host" }).settings).toEqual({ kind: "dynamodb" });
  });

  it("is refused where the URL is none, without repeating it", () => {
    const refuse = () => resolved(undefined, { EVP_STORE_URL: "postgres//u:secret@h" });
    expect(refuse).toThrow(expect.objectContaining({ code: "store-url-invalid", exitCode: 2 }));
    expect(refuse).not.toThrow("secret");
  });

  it("is refused where DynamoDB is given what only a database has", () => {
    expect(() => resolved({ kind: "dynamodb", schema: "s" })).toThrow(
      expect.objectContaining({ code: "store-unclear", message: expect.stringContaining("/store/schema") }),
    );
  });

  it("is refused in a schema of the system's", () => {
    expect(() => resolved({ kind: "postgres" }, {}, "pg_stack")).toThrow(
      expect.objectContaining({ code: "store-schema-reserved" }),
    );
  });
});
