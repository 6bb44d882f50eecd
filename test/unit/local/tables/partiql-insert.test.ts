import { describe, expect, test } from "vitest";
import { parseInsert } from "../../../../src/local/tables/partiql-insert.js";

describe("the PartiQL that is served", () => {
  test("an insert with a parameter for every value", () => {
    expect(parseInsert(`INSERT INTO "evp-events" VALUE {'eventId': ?, 'fact': ?}`)).toEqual({
      tableName: "evp-events",
      attributes: ["eventId", "fact"],
    });
  });

  test("keywords in any case, white space anywhere, and a semicolon at the end", () => {
    expect(parseInsert(` insert into "t-1"\n value { 'a' :? ,'b': ? } ; `)).toEqual({
      tableName: "t-1",
      attributes: ["a", "b"],
    });
  });

  test("a table name without quotes where it is a plain word", () => {
    expect(parseInsert(`INSERT INTO Music VALUE {'Artist': ?}`).tableName).toBe("Music");
  });

  test("attribute names with spaces, quotes, commas and braces", () => {
    expect(parseInsert(`INSERT INTO "t" VALUE {'it''s': ?, 'a, }b': ?}`).attributes).toEqual(["it's", "a, }b"]);
  });
});

describe("any other PartiQL is refused by name", () => {
  test.each([
    [`SELECT * FROM "t" WHERE a = 1`, "SELECT"],
    [`update "t" SET a = 1 WHERE b = 2`, "UPDATE"],
    [`DELETE FROM "t" WHERE a = 1`, "DELETE"],
    [`INSERT INTO "t" << {'a': 1} >>`, "this form of INSERT"],
    ["", "an empty statement"],
  ])("%s", (statement, name) => {
    expect(() => parseInsert(statement)).toThrow(`does not serve ${name} in PartiQL`);
  });

  test.each([
    [`INSERT INTO "t" VALUE {'a': 'literal'}`, "'a': 'literal'}"],
    [`INSERT INTO "t" VALUE {'a': ?, 'b': 1}`, "'b': 1}"],
    [`INSERT INTO "t" VALUE {'a': ?} ON CONFLICT DO NOTHING`, "ON CONFLICT DO NOTHING"],
    [`INSERT INTO "t" VALUE {}`, "}"],
    [`INSERT INTO "t" VALUE {'a': ?`, "'a': ?"],
  ])("%s, with the place where it cannot be read", (statement, rest) => {
    expect(() => parseInsert(statement)).toThrow(rest);
  });

  test("an attribute that is named twice", () => {
    expect(() => parseInsert(`INSERT INTO "t" VALUE {'a': ?, 'a': ?}`)).toThrow("names the attribute a twice");
  });
});
