/** Code points in ascending order, as pairs of the first and the last of each run. */
export type CharacterRanges = [first: number, last: number][];

const LAST_CODE_POINT = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;
/** As many as there are surrogates. */
const CHUNK = 0x800;

/** Reads sets of characters. JavaScript's own engine is asked what is in one, so that no other opinion about it can arise. */
export interface CharacterSets {
  /** @param source one atom of a valid pattern, for instance `\d`, `.` or `[^a-z]` */
  rangesOf(source: string): CharacterRanges;
}

/** What is learned is remembered for as long as the object lives, which is while one pattern is compiled: it takes some megabytes. */
export function createCharacterSets(): CharacterSets {
  const known = new Map<string, CharacterRanges>();
  let everything: string | undefined;
  return {
    rangesOf(source) {
      let ranges = known.get(source) ?? literal(source);
      if (ranges === undefined) {
        everything ??= everyCharacter();
        ranges = runsOf(source, everything);
      }
      known.set(source, ranges);
      return ranges;
    },
  };
}

/** A character that stands for itself, escaped or not. */
function literal(source: string): CharacterRanges | undefined {
  const [, character] = /^\\?([^\\[.\p{L}\p{N}])$/u.exec(source) ?? /^([\p{L}\p{N}])$/u.exec(source) ?? [];
  const code = character?.codePointAt(0);
  return code === undefined ? undefined : [[code, code]];
}

/** Every code point but the surrogates, of which no string has one by itself (`malformed-json`). */
function everyCharacter(): string {
  let text = "";
  for (let first = 0; first <= LAST_CODE_POINT; first += CHUNK) {
    if (first !== FIRST_SURROGATE) text += String.fromCodePoint(...Array.from({ length: CHUNK }, (_, i) => first + i));
  }
  return text;
}

function runsOf(source: string, everything: string): CharacterRanges {
  const ranges: CharacterRanges = [];
  for (const { 0: run } of everything.matchAll(new RegExp(`(?:${source})+`, "gu"))) {
    const first = run.codePointAt(0) ?? 0;
    // One code unit before the end is the last character's first half, or a character that has none.
    const last = Math.max(run.codePointAt(run.length - 2) ?? 0, run.codePointAt(run.length - 1) ?? 0);
    ranges.push([first, last]);
  }
  return ranges;
}
