import { describe, expect, it } from "vitest";
import { assignAll, parseAssignment } from "../../../../src/app/send/assignment.js";

describe("--set", () => {
  it.each([
    ["/payload/amount=12000", { pointer: "/payload/amount", value: 12000 }],
    ["/key=account-7", { pointer: "/key", value: "account-7" }],
    ["/key=a=b", { pointer: "/key", value: "a=b" }],
    ['/payload/tags=["x"]', { pointer: "/payload/tags", value: ["x"] }],
    ["/payload/note=", { pointer: "/payload/note", value: "" }],
    ["/payload/flag=true", { pointer: "/payload/flag", value: true }],
    ['/payload/amount="12"', { pointer: "/payload/amount", value: "12" }],
  ])("reads %s", (text, assignment) => {
    expect(parseAssignment(text)).toEqual(assignment);
  });

  it.each(["payload/amount=1", "/payload", "=1", "/a~2=1", ""])("refuses %j", (text) => {
    expect(() => parseAssignment(text)).toThrow("a JSON Pointer, an equals sign and a value were expected");
  });

  it.each([
    ["/b=1", '{"a":1}', '{"a":1,"b":1}'],
    ["/a/b/c=1", '{"a":5}', '{"a":{"b":{"c":1}}}'],
    ["/a/1=9", '{"a":[1,2]}', '{"a":[1,9]}'],
    ["/a/-=9", '{"a":[1,2]}', '{"a":[1,2,9]}'],
    ["/a~1b=1", "{}", '{"a/b":1}'],
    ["/__proto__/x=1", "{}", '{"__proto__":{"x":1}}'],
  ])("makes %s in %s", (text, body, changed) => {
    expect(assignAll(body, [parseAssignment(text)])).toBe(changed);
  });

  it.each(["not json", "[1]", "12"])("leaves %s as it is", (body) => {
    expect(assignAll(body, [parseAssignment("/a=1")])).toBe(body);
  });

  it("changes not one byte when there is nothing to set", () => {
    expect(assignAll('{ "a" : 1.00 }', [])).toBe('{ "a" : 1.00 }');
  });
});
