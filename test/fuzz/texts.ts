import { pick, type Random } from "../chaos/seeded-random.js";

/** Some text out of an alphabet's characters. */
export function filler(random: Random, length: number, alphabet: string): string {
  const characters = [...alphabet];
  return Array.from({ length }, () => pick(random, characters)).join("");
}

/** Arrays and objects in each other, so many levels deep. */
export function nested(levels: number): string {
  let text = "1";
  for (let level = 0; level < levels; level++) text = level % 2 === 0 ? `[${text}]` : `{"a":${text}}`;
  return text;
}
