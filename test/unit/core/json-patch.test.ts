import { describe, expect, it } from "vitest";
import { editJson } from "../../../src/core/json-edit.js";
import { readPatch } from "../../../src/core/json-patch.js";
import { readJsonTree } from "../../../src/core/json-tree.js";

function patched(document: string, patch: string): string {
  const root = readJsonTree(document);
  const read = readPatch(patch, root && { root });
  if (!read.ok) return `! ${read.problem}`;
  const edited = editJson(document, read.edits);
  return edited.ok ? edited.text : `! ${edited.problem}`;
}

describe("a JSON Patch", () => {
  it.each([
    ['{"foo":"bar"}', '[{"op":"add","path":"/baz","value":"qux"}]', '{"foo":"bar","baz":"qux"}'],
    ['{"foo":["bar","baz"]}', '[{"op":"add","path":"/foo/1","value":"qux"}]', '{"foo":["bar","qux","baz"]}'],
    ['{"baz":"qux","foo":"bar"}', '[{"op":"remove","path":"/baz"}]', '{"foo":"bar"}'],
    ['{"foo":["bar","qux","baz"]}', '[{"op":"remove","path":"/foo/1"}]', '{"foo":["bar","baz"]}'],
    ['{"baz":"qux"}', '[{"op":"replace","path":"/baz","value":"boo"}]', '{"baz":"boo"}'],
    [
      '{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}',
      '[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]',
      '{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}',
    ],
    [
      '{"foo":["all","grass","cows","eat"]}',
      '[{"op":"move","from":"/foo/1","path":"/foo/3"}]',
      '{"foo":["all","cows","eat","grass"]}',
    ],
    ['{"/":9,"~1":10}', '[{"op":"test","path":"/~01","value":10}]', '{"/":9,"~1":10}'],
    ['{"foo":["bar"]}', '[{"op":"add","path":"/foo/-","value":["abc","def"]}]', '{"foo":["bar",["abc","def"]]}'],
    ['{"a":1}', '[{"op":"replace","path":"/a","value":12345678901234567890.0}]', '{"a":12345678901234567890.0}'],
  ])("of RFC 6902 and the like: %s %s", (document, patch, expected) => {
    expect(patched(document, patch)).toBe(expected);
  });

  it.each([
    ['[{"op":"test","path":"/~01","value":"10"}]', '! test /~01: it is 10, not "10"'],
    ['[{"op":"add","path":"/baz/bat","value":"qux"}]', "! add /baz/bat: there is no such value"],
    ['[{"op":"add","path":"baz","value":"qux"}]', '! operation 0: "path" has to be a JSON Pointer'],
    ['[{"op":"add","path":"/baz"}]', '! operation 0: add needs a "value"'],
    [
      '[{"op":"remove","path":"/"},{"op":"change","path":"/"}]',
      '! operation 1: "op" has to be add, remove, replace, move, copy or test',
    ],
    ['[{"op":"move","path":"/a"}]', '! operation 0: move needs a JSON Pointer in "from"'],
    ["[5]", '! operation 0: "path" has to be a JSON Pointer'],
    ['"text"', "! a JSON Patch (an array of operations) or a merge patch (an object) was expected"],
  ])("that does not fit: %s", (patch, problem) => {
    expect(patched('{"/":9,"~1":10}', patch)).toBe(problem);
  });

  it("can replace a body that is no JSON, which a merge patch cannot", () => {
    expect(patched('{"a"', '[{"op":"replace","path":"","value":{"a":1}}]')).toBe('{"a":1}');
    expect(patched('{"a"', '{"a":1}')).toBe("! a merge patch needs a body that is JSON");
  });
});

describe("a merge patch", () => {
  // The test cases of RFC 7396, appendix A, of which the body and the patch are objects.
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', "{}"],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['{"a":"foo"}', '{"b":null}', '{"a":"foo"}'],
    ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])("%s with %s", (document, patch, expected) => {
    expect(patched(document, patch)).toBe(expected);
  });
});
