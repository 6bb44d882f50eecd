/** Code points in ascending order, as pairs of the first and the last of each run. */
export type CharacterRanges = [first: number, last: number][];

/** The set that holds every character. */
export const ANY_CHARACTER = "[^]";
export const LAST_CODE_POINT = 0x10ffff;
/** The first and the last of the surrogates; up to LAST_HIGH they are the first half of a pair. */
const FIRST_SURROGATE = 0xd800;
const LAST_HIGH_SURROGATE = 0xdbff;
const LAST_SURROGATE = 0xdfff;
const LAST_CODE_UNIT = 0xffff;

/** Reads sets of characters. JavaScript's own engine is asked what is in one, so that no other opinion about it can arise. */
export interface CharacterSets {
  /** @param source one atom of a valid pattern, for instance `\d`, `.` or `[^a-z]` */
  rangesOf(source: string): CharacterRanges;
}

/** What is learned is remembered for as long as the object lives, which is while one pattern is compiled: it takes some megabytes. */
export function createCharacterSets(): CharacterSets {
  const known = new Map<string, CharacterRanges>([[ANY_CHARACTER, [[0, LAST_CODE_POINT]]]]);
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
  const singles = LAST_CODE_UNIT + 1 - (LAST_SURROGATE + 1 - FIRST_SURROGATE);
  const units = new Uint16Array(singles + (LAST_CODE_POINT - LAST_CODE_UNIT) * 2);
  let length = 0;
  for (let code = 0; code <= LAST_CODE_UNIT; code++) {
    if (code < FIRST_SURROGATE || code > LAST_SURROGATE) units[length++] = code;
  }
  for (let high = FIRST_SURROGATE; high <= LAST_HIGH_SURROGATE; high++) {
    for (let low = LAST_HIGH_SURROGATE + 1; low <= LAST_SURROGATE; low++) {
      units[length++] = high;
      units[length++] = low;
    }
  }
  return Buffer.from(units.buffer).toString("utf16le");
}

function runsOf(source: string, everything: string): CharacterRanges {
  const ranges: CharacterRanges = [];
  for (const [run] of everything.matchAll(new RegExp(`(?:${source})+`, "gu"))) {
    // The last character is the run's last code unit or, where it takes two, begins one before that.
    const [last = 0, beforeLast = 0] = [run.codePointAt(run.length - 1), run.codePointAt(run.length - 2)];
    ranges.push([run.codePointAt(0) ?? 0, beforeLast > LAST_CODE_UNIT ? beforeLast : last]);
  }
  return ranges;
}
