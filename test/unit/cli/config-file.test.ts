import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evp, temporaryFolder } from "./fake-context.js";

/** Runs a command beside a config file. */
function withConfig(text: string, args = ["local", "status"]) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "evp.config.json"), text);
  return evp(args, { cwd });
}

test.each([
  ['{"process": {"concurency": 5}}', "/process/concurency is no setting; did you mean concurrency?"],
  ['{"process": {"concurrency": 0}}', "/process/concurrency must be >= 1"],
  ['{"clients": [{"id": "a b", "allowedTypes": []}]}', '/clients/0/id must match pattern "^[A-Za-z0-9_-]{1,64}$"'],
  ['{"clients": [{"id": "a"}]}', "/clients/0 lacks allowedTypes"],
  [
    '{"clients": [{"id": "a", "allowedTypes": [], "poisonPolicy": "drop"}]}',
    "/clients/0/poisonPolicy must be one of skip, block",
  ],
  ['{"envelope": "xml"}', "/envelope must be one of evp, cloudevents"],
  ['{"envelope": {"id": "/uid", "type": "/t"}}', "/envelope lacks clientId"],
  ['{"envelope": {"id": "uid", "type": "/t", "clientId": "/c"}}', "/envelope/id must match pattern"],
  ["[]", "the whole file must be object"],
  ['{"targets": {"local": {"region": "eu-west-1"}}}', "/targets/local/region is no setting"],
  ['{"journal": {"retentionDays": 14}}', "/journal/retentionDays must be >= 15"],
])("a config %s is refused with its pointer and what was expected", async (text, expected) => {
  const { code, stdout, stderr } = await withConfig(text);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^evp: evp\.config\.json: .*\nEvery setting is described in .*schemas\/config\.json\.\n$/);
  expect(stderr).toContain(expected);
});

test("only the first mistakes of many are told", async () => {
  const { stderr } = await withConfig('{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}');
  expect(stderr).toContain("/a is no setting; /b is no setting; /c is no setting; and 2 more");
});

test("a config that is no JSON says where", async () => {
  const { code, stderr } = await withConfig('{\n  "stack": "a",\n}');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^evp: evp\.config\.json is not JSON: .*line 3 column 1.*\nMend the file\.\n$/);
});

test("the same client twice is refused", async () => {
  const { stderr } = await withConfig(
    '{"clients": [{"id": "a", "allowedTypes": []}, {"id": "a", "allowedTypes": []}]}',
  );
  expect(stderr).toContain("/clients/1/id is there twice: a");
});

test("triage rules may add three attribute names", async () => {
  const rule = (name: string) => `{"name": "${name}", "if": {}, "attributes": {"${name}": "x"}}`;
  expect((await withConfig(`{"triage": [${["a", "b", "c"].map(rule).join()}]}`)).code).toBe(0);
  const { stderr } = await withConfig(`{"triage": [${["a", "b", "c", "d"].map(rule).join()}]}`);
  expect(stderr).toContain("/triage adds 4 attribute names, and 3 is the most");
});

test("a config that was named and is not there is an error that says who named it", async () => {
  expect(await evp(["local", "status", "--config", "other.json"])).toMatchObject({
    code: 2,
    stderr: "evp: there is no config file other.json\nCheck --config.\n",
  });
  expect((await evp(["local", "status"], { env: { EVP_CONFIG: "other.json" } })).stderr).toContain("Check EVP_CONFIG.");
});

test("the state of the embedded stack lies beside the config file, wherever the command is run", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "deep"));
  writeFileSync(join(cwd, "deep", "my.json"), "{}");
  const { stdout } = await evp(["local", "status", "--config", "deep/my.json", "--json"], { cwd });
  expect(JSON.parse(stdout).stateDir).toBe(join(cwd, "deep", ".evp"));
});
