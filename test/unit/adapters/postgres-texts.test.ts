import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literal, quoted } from "../../../src/adapters/postgres/quoting.js";
import { restored, storable } from "../../../src/adapters/postgres/stored-text.js";

describe("texts as PostgreSQL holds them", () => {
  const texts = fc.string({ unit: fc.constantFrom("\0", "\u0010", "0", "1", "a", "☕", "😀", "\\", "'", '"') });

  it("hold no U+0000, and come back as they were", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(storable(text)).not.toContain("\0");
        expect(restored(storable(text))).toBe(text);
      }),
    );
  });

  it("are equal only when the texts are", () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect(storable(one) === storable(other)).toBe(one === other);
      }),
    );
  });

  it("are mostly left as they are", () => {
    expect(storable('{"note":"☕ \\u0000"}')).toBe('{"note":"☕ \\u0000"}');
  });

  it("replace half of a surrogate pair, which no encoding holds", () => {
    expect(storable("a\ud83d")).toBe("a\ufffd");
  });
});

describe("names and literals in statements", () => {
  it("cannot be left by what they hold", () => {
    expect(quoted('a"; DROP TABLE b; --')).toBe('"a""; DROP TABLE b; --"');
    expect(literal("it's")).toBe("'it''s'");
  });
});
