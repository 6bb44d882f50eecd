import { between, pick } from "../chaos/seeded-random.js";
import { bodyOf, type HostileBody, type Making } from "./hostile-body.js";
import { filler, nested } from "./texts.js";

/** Ways to break the text of a valid event so that no reader, or not every reader, reads the same. */
const BREAKS: Record<string, (making: Making, valid: string) => string> = {
  truncated: ({ random }, valid) => valid.slice(0, between(random, 1, valid.length - 1)),
  "a byte order mark": (_, valid) => `\ufeff${valid}`,
  "something behind it": ({ random }, valid) => valid + pick(random, ["x", "}", "]", ",", "{}", "\u00a0", valid]),
  "something before it": ({ random }, valid) => pick(random, ["x", "}", "]", ",", "\u00a0", "\u0085", "//"]) + valid,
  "a member twice": (_, valid) => valid.replace("{", '{"x":1,"x":1,'),
  "a member twice, once in escapes": (_, valid) => valid.replace("{", '{"name":1,"\\u006eame":2,'),
  "__proto__ twice": (_, valid) => valid.replace('"amount":', '"__proto__":1,"__proto__":2,"amount":'),
  "a member twice, deep inside": (_, valid) => valid.replace('"amount":', '"l":[[{"a":{"b":1,"b":1}}]],"amount":'),
  "half a surrogate pair": ({ random }, valid) =>
    valid.replace(
      '"amount":',
      `"s":"${pick(random, ["\\ud83d", "\\ude00", "\\ude00\\ud83d", "x\\uD800\\u0041", "\\udbff"])}","amount":`,
    ),
  "half a surrogate pair in a name": (_, valid) => valid.replace('"amount":', '"\\udc00":1,"amount":'),
  "a number that overflows": ({ random }, valid) =>
    valid.replace(
      /"amount":[\d.]+/,
      `"amount":${pick(random, ["1e309", "-1e400", `${"9".repeat(400)}`, "1e99999999999999999999", "123456789e301"])}`,
    ),
  "65 levels": (_, valid) => valid.replace('"amount":', () => `"d":${nested(63)},"amount":`),
  "a thousand levels": (_, valid) => valid.replace('"amount":', () => `"d":${nested(1000)},"amount":`),
  "what only JavaScript reads": ({ random }, valid) =>
    valid.replace(
      /"amount":[\d.]+/,
      `"amount":${pick(random, ["NaN", "Infinity", "undefined", "0x10", "01", "1_000", ".5", "5.", "+1", "1e", "'1'", "`1`", "-", "1n"])}`,
    ),
  "a comma too many": ({ random }, valid) =>
    pick(random, [valid.replace(/\}$/, ",}"), valid.replace("{", "{,"), valid.replace(",", ",,")]),
  "a comment": ({ random }, valid) => valid.replace("{", pick(random, ["{/* x */", "{// x\n", "{# x\n"])),
  "single quotes": (_, valid) => valid.replaceAll('"', "'"),
  "a raw control character in a string": ({ random }, valid) =>
    valid.replace('"amount":', `"c":"a${pick(random, ["\n", "\t", "\r"])}b","amount":`),
  "an escape that there is not": ({ random }, valid) =>
    valid.replace(
      '"amount":',
      `"c":"${pick(random, ["\\x41", "\\u12", "\\U0041", "\\'", "\\0", "\\u{41}"])}","amount":`,
    ),
  "half of a word": ({ random }, valid) =>
    valid.replace(/"amount":[\d.]+/, `"amount":${pick(random, ["tru", "nul", "False", "None", "nil"])}`),
  "no quotes around a name": (_, valid) => valid.replace('"amount"', "amount"),
};

/** Texts that have nothing to do with an event. */
const NOISE: Record<string, (making: Making) => string> = {
  "nothing at all": () => "",
  "only spaces": ({ random }) => " \n\t\r".repeat(between(random, 1, 50)),
  "characters at random": ({ random }) =>
    `x${filler(random, between(random, 1, 200), '{}[]",:\\0123e+-truefalsn é😀\u2028')}`,
  "only brackets": ({ random }) => pick(random, ["[", "{", '{"a":', "[{"]).repeat(between(random, 65, 50_000)),
  "only quotes": ({ random }) => '"'.repeat(between(random, 3, 100_000)),
  "only backslashes": ({ random }) => `"${"\\".repeat(between(random, 1, 100_000))}`,
  "only a number's beginning": ({ random }) => "-".repeat(between(random, 2, 100_000)),
  "the text of another protocol": ({ random }) =>
    pick(random, [
      "<event/>",
      "id=1&type=order",
      "---\nid: 1\n",
      "a,b,c\n1,2,3",
      "undefined",
      "[object Object]",
      "eyJhbGciOi",
      "%7B%7D",
    ]),
};

/** What the bytes of ISO 8859 and cut UTF-8 become on their way: a body over the wire is text, and has U+FFFD in their place. */
const WRONG_BYTES = [
  [0xc3],
  [0xe2, 0x82],
  [0xf0, 0x9f, 0x98],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xff],
  [0x80],
  [0xf8, 0x88],
];

export function malformedBody(making: Making): HostileBody {
  const { random } = making;
  const valid = bodyOf(making, { payload: { orderId: `o-${making.serial}`, amount: 1.5 } });
  if (random() < 0.2) {
    const [name, make] = pick(random, Object.entries(NOISE));
    return { name, body: make(making), expected: "malformed-json" };
  }
  const [name, breakIt] = pick(random, Object.entries(BREAKS));
  return { name, body: breakIt(making, valid), expected: "malformed-json" };
}

/** Wrong UTF-8 between quotes is text that somebody else broke: evp publishes what it got. */
export function wronglyEncodedBody(making: Making): HostileBody {
  const text = Buffer.from(pick(making.random, WRONG_BYTES)).toString("utf8");
  const payload = { orderId: `o-${making.serial}`, amount: 1, note: text };
  return { name: "wrong UTF-8", body: bodyOf(making, { payload }), expected: "published" };
}
