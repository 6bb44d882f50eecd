import { between, pick } from "../chaos/seeded-random.js";
import { bodyOf, type HostileBody, inShape, type Making, validEvent } from "./hostile-body.js";
import { filler, nested } from "./texts.js";

/** Bodies that look odd and are right: each must be published, byte for byte. */
export const VALID_BODIES: Record<string, (making: Making) => string> = {
  "plain event": (making) => bodyOf(making),
  "event with spaces and new lines": ({ shape, serial }) =>
    `\r\n\t ${JSON.stringify(inShape(shape, validEvent({ serial })), undefined, "\t")} \n`,
  "event with its members the other way round": ({ shape, serial }) =>
    JSON.stringify(Object.fromEntries(Object.entries(inShape(shape, validEvent({ serial }))).reverse())),
  "event written in escapes": (making) =>
    bodyOf(making).replaceAll(/[a-z]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  "emoji and other scripts": (making) =>
    bodyOf(making, { payload: order(making, filler(making.random, 300, "😀é漢字ש🏳️‍🌈")) }),
  "source of 64 emoji": (making) => bodyOf(making, { source: "😀".repeat(64) }),
  "control characters, escaped": (making) =>
    bodyOf(making, { payload: order(making, "\u0000\u0001\u001f\u007f\u2028\ufffe\uffff") }),
  "members named like what objects inherit": (making) =>
    bodyOf(making, { payload: order(making) }).replace(
      '"amount":',
      '"__proto__":{"isAdmin":true},"constructor":{"prototype":{}},"toString":1,"hasOwnProperty":null,"amount":',
    ),
  "nesting of 64 levels": (making) =>
    bodyOf(making, { payload: { ...order(making), deep: "DEEP" } }).replace('"DEEP"', nested(62)),
  "numbers that no double holds": (making) =>
    bodyOf(making, { payload: order(making) }).replace(
      '"amount":',
      `"n":[${pick(making.random, ["12345678901234567890", "1e-400", "0.1e-308", "-0", "-0.0e-0", `0.${"1".repeat(400)}`, "1E+308"])}],"amount":`,
    ),
  "longest id": (making) => bodyOf(making, { id: `e-${making.serial}-`.padEnd(128, "~") }),
  "id full of signs": (making) => bodyOf(making, { id: `!"#$%&'()*+,/:;<=>?@[]^\`{|}~${making.serial}` }),
  "no key": (making) => bodyOf(making, { key: undefined }),
  "no time, where none is needed": (making) =>
    bodyOf(making, making.shape === "cloudevents" ? { timestamp: undefined } : {}),
  "fractions of a second without end": (making) =>
    bodyOf(making, { timestamp: `2026-11-21T10:00:00.${"9".repeat(1000)}Z` }),
  "leap second in another zone": (making) => bodyOf(making, { timestamp: "2026-06-30T20:59:60-03:00" }),
  "no member but the needed": (making) => bodyOf(making, { payload: order(making) }),
  "empty names and values": (making) => bodyOf(making, { payload: { ...order(making), "": { "": "" } } }),
  "same name in other objects": (making) =>
    bodyOf(making, { payload: { ...order(making), id: "x", payload: { id: "y" } } }),
};

/** Valid, and as large or as many as the limit lets through. */
export const LARGE_VALID_BODIES: Record<string, (making: Making) => string> = {
  "one long string": (making) => bodyOf(making, { payload: order(making, "x".repeat(room(making))) }),
  "one long string of escapes": (making) => bodyOf(making, { payload: order(making, '"\\'.repeat(room(making) / 4)) }),
  "very many empty objects": (making) => manyItems(making, () => "{}"),
  "very many empty arrays": (making) => manyItems(making, () => "[]"),
  "very many numbers with an exponent": (making) => manyItems(making, () => "1e-101"),
  "very many numbers too small for a double": (making) => manyItems(making, () => "1e-999"),
  "very many long numbers": (making) => manyItems(making, (index) => `1${index}2345678901234567`),
  "very many objects, each of its own kind": (making) => manyItems(making, (index) => `{"${index.toString(36)}":0}`),
  "one number among very many objects that needs its digits": (making) =>
    manyItems(making, (index) => (index === 0 ? "1e-400" : "{}")),
  "very many members": (making) => manyMembers(making, (index) => `k${index}`),
  "very many members out of order": (making) =>
    manyMembers(making, (index) => ((index * 2_654_435_761) >>> 0).toString(36)),
  "very many members that are numbers": (making) => manyMembers(making, (index) => String((index * 7919) % 1_000_003)),
  "arrays in arrays, again and again": (making) => manyItems(making, () => nested(58)),
};

function order({ serial }: Making, note?: string) {
  return { orderId: `o-${serial}`, amount: 1, ...(note === undefined ? {} : { note }) };
}

/** Bytes for what is large: some tens of KiB up to nearly the limit of 256 KiB. */
function room({ random }: Making): number {
  return between(random, 64, 250) * 1024;
}

export function manyItems(making: Making, item: (index: number) => string): string {
  return filled(making, item, ["[", "]"]);
}

function manyMembers(making: Making, name: (index: number) => string): string {
  return filled(making, (index) => `"${name(index)}":0`, ["{", "}"]);
}

function filled(making: Making, part: (index: number) => string, [open, close]: [string, string]): string {
  const parts: string[] = [];
  let left = room(making);
  for (let index = 0; left > 0; index++) {
    const text = part(index);
    parts.push(text);
    left -= text.length + 1;
  }
  const many = `${open}${parts.join(",")}${close}`;
  return bodyOf(making, { payload: { ...order(making), many: "MANY" } }).replace('"MANY"', () => many);
}

export function validBody(making: Making, makers: typeof VALID_BODIES): HostileBody {
  const [name, make] = pick(making.random, Object.entries(makers));
  return { name, body: make(making), expected: "published" };
}
