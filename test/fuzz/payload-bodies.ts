import { between, pick } from "../chaos/seeded-random.js";
import { bodyOf, type Expected, type HostileBody, type Making } from "./hostile-body.js";
import { filler } from "./texts.js";

type Payload = [payload: unknown, expected: Expected];

/** What is bad about it, small: in a schema of the usual kind. */
const SMALL: Record<string, (making: Making) => Payload> = {
  "a field that the schema misses": () => [{ orderId: "o" }, "schema-violation"],
  "a field of the wrong kind": ({ random }) => [
    { orderId: pick(random, [1, null, {}, []]), amount: "1" },
    "schema-violation",
  ],
  "an empty field": () => [{ orderId: "", amount: 1 }, "schema-violation"],
  "emoji beyond the length": () => [{ orderId: "😀".repeat(201), amount: 1 }, "schema-violation"],
  "emoji within the length": () => [{ orderId: "😀".repeat(200), amount: 1 }, "published"],
  "an empty payload": () => [{}, "schema-violation"],
};

/** Texts for patterns and formats: each ends in what makes an engine that backtracks try again. `[good, bad]` of a length. */
const CATASTROPHIC: Record<string, (length: number) => [good: string, bad: string]> = {
  letters: (length) => ["a".repeat(length), `${"a".repeat(length)}!`],
  words: (length) => ["ab ".repeat(length / 3), `${"a".repeat(length)}!`],
  mail: (length) => [`a@${".".repeat(length)}b`, `${"@.".repeat(length / 2)} `],
  path: (length) => ["/a".repeat(length / 2), `${"/a".repeat(length / 2)}//`],
  ending: (length) => [" ".repeat(length), `${" ".repeat(length)}x`],
  url: (length) => [`http://a.example/${":".repeat(length)}`, `http://${":".repeat(length)}`],
  expression: (length) => ["(a+)+$", `${"(a|a)*".repeat(length / 6)}(`],
  moment: (length) => [`2026-11-21T10:00:00.${"1".repeat(length)}Z`, `2026-11-21T10:00:00.${"1".repeat(length)}!`],
  address: (length) => [`a@${"a.".repeat(length / 2)}example`, `a@${"a-".repeat(length / 2)}!`],
  pointer: (length) => ["/~0".repeat(length / 3), `${"/~1".repeat(length / 3)}~`],
  template: (length) => ["{a,b}".repeat(length / 5), `${"{a".repeat(length / 2)}`],
};

/** Values that a naive check looks at far more often than they have parts. `count` of them */
const EXHAUSTING: Record<string, (count: number) => Payload> = {
  "unique items": (count) => [{ unique: items(count, (index) => ({ a: index })) }, "published"],
  "items of which two are the same": (count) => [
    { unique: [{ a: { b: 1, c: 2 } }, ...items(count, (index) => [index]), { a: { c: 2, b: 1 } }] },
    "schema-violation",
  ],
  "items by reference, all of them wrong": (count) => [{ references: items(count, () => 1) }, "schema-violation"],
  "items by reference, all of them right": (count) => [{ references: items(count, (n) => ({ n })) }, "published"],
  "items with five faults each": (count) => [{ inline: items(count, () => ({})) }, "schema-violation"],
  "items that fit none of three": (count) => [{ either: items(count, () => ({})) }, "schema-violation"],
  "items that fit one of three": (count) => [{ either: items(count, () => ({ b: 1 })) }, "published"],
  "items of which none is the one": (count) => [{ some: items(count, () => ({})) }, "schema-violation"],
  "names that fit no pattern": (count) => [{ names: members(count, (index) => `a${index}!`) }, "schema-violation"],
  "names that are not allowed": (count) => [{ counted: members(count, (index) => `n${index}`) }, "schema-violation"],
  "one name that nearly fits": (count) => [{ counted: { [`${"n".repeat(count * 8)}!`]: 1 } }, "schema-violation"],
  "one name that fits": (count) => [{ counted: { ["n".repeat(count * 8)]: 1 } }, "published"],
};

export function smallPayload(making: Making): HostileBody {
  const [name, make] = pick(making.random, Object.entries(SMALL));
  const [payload, expected] = make(making);
  return { name, body: bodyOf(making, { payload }), expected };
}

export function catastrophicPayload(making: Making): HostileBody {
  const { random } = making;
  const [field, make] = pick(random, Object.entries(CATASTROPHIC));
  const length = random() < 0.05 ? 120_000 : between(random, 6, 60) * 30;
  const isGood = random() < 0.5;
  const payload = { [field]: make(length)[isGood ? 0 : 1] };
  const expected = isGood ? "published" : "schema-violation";
  return {
    name: `a text for the ${field} of ${isGood ? "right" : "wrong"} shape`,
    body: bodyOf(making, { type: "text", payload }),
    expected,
  };
}

export function exhaustingPayload(making: Making): HostileBody {
  const { random } = making;
  const [name, make] = pick(random, Object.entries(EXHAUSTING));
  const [payload, expected] = make(random() < 0.05 ? 15_000 : between(random, 2, 100));
  return { name, body: bodyOf(making, { type: "list", payload }), expected };
}

/** A chain of nodes, each of which both branches of the schema let through to the next; all depends on the last. */
export function treePayload(making: Making): HostileBody {
  const { random } = making;
  const isGood = random() < 0.5;
  let node: object = isGood ? { twig: 1 } : { bud: 1 };
  for (let level = between(random, 1, 58); level > 0; level--) node = { leaf: 1, twig: 1, child: node };
  const name = isGood ? "a tree that is right" : "a tree that is wrong at its end";
  const body = bodyOf(making, { type: "tree", payload: { root: node } });
  return { name, body, expected: isGood ? "published" : "schema-violation" };
}

/** Larger than SNS carries, up to what the ingress queue takes, and beyond. (Nothing just about there, since attributes count too.) */
export function oversizedBody(making: Making): HostileBody {
  const { random } = making;
  const bytes = (random() < 0.8 ? between(random, 257, 980) : between(random, 1000, 1100)) * 1024;
  const [name, part] = pick(random, [
    ["a string", "x"],
    ["emoji", "😀"],
    ["brackets", "["],
    ["escapes", '\\"'],
  ] as const);
  const written = Buffer.byteLength(JSON.stringify(part)) - '""'.length;
  const payload = { orderId: filler(random, 5, "abc"), amount: 1, note: part.repeat(bytes / written) };
  return { name: `too large: ${name}`, body: bodyOf(making, { payload }), expected: "too-large" };
}

function items<Item>(count: number, item: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

function members(count: number, name: (index: number) => string): Record<string, number> {
  return Object.fromEntries(items(count, (index) => [name(index), 1]));
}
