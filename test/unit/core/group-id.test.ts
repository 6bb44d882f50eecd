import { describe, expect, it } from "vitest";
import { groupIdFor } from "../../../src/core/group-id.js";

describe("the message group of an event", () => {
  it("is its client and its key", () => {
    expect(groupIdFor("client-1", "account-42")).toBe("client-1#account-42");
  });

  it("hashes a key that SQS does not allow", () => {
    expect(groupIdFor("client-1", "loja São João")).toBe("client-1#d_KwEdI9nKFWNAvwFmhm0o");
  });

  it("keeps different keys apart when it hashes them", () => {
    expect(groupIdFor("client-1", "ключ")).not.toBe(groupIdFor("client-1", "ключи"));
  });

  it("hashes what is longer than a group id may be", () => {
    const [client, key] = ["c".repeat(64), "k".repeat(64)];
    expect(groupIdFor(client, key.slice(1))).toBe(`${client}#${key.slice(1)}`);
    expect(groupIdFor(client, key)).toMatch(/^[\w-]{22}$/);
  });
});
