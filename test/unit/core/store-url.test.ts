import { describe, expect, it } from "vitest";
import { parseStoreUrl, shownStoreUrl } from "../../../src/core/store-url.js";

describe("the URL of a store", () => {
  it.each([
    "postgres://user:secret@host:5432/evp",
    "postgresql://host/evp",
    "postgres:///evp?host=/var/run/postgresql",
    "postgres://user@/evp",
    "postgres://user:p%40ss%2Fword@host/evp",
  ])("is one: %s", (url) => {
    expect(parseStoreUrl(url)).toBeInstanceOf(URL);
  });

  it.each(["", "evp", "postgres//host", "mysql://host/evp", "postgres://user:pa/ss@host/evp"])("is none: %s", (url) => {
    expect(parseStoreUrl(url)).toBeUndefined();
  });

  it.each([
    ["postgres://user:secret@host:5432/evp", "postgres://***@host:5432/evp"],
    ["postgres://host/evp?password=secret&sslmode=verify-full", "postgres://host/evp?sslmode=verify-full"],
    ["postgres://user:p%40secret@host/evp", "postgres://***@host/evp"],
    ["postgres://user:se/cret@host/evp", "(not a URL)"],
  ])("is shown without what is secret: %s", (url, shown) => {
    expect(shownStoreUrl(url)).toBe(shown);
  });
});
