/** A number in a JSON text that no double holds exactly, told by its digits. */
export class ExactNumber {
  /** The same text for every way of writing the same value. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** @returns the number as a double when that loses nothing, else by its digits. `source`: a number as JSON writes it */
export function exactNumber(source: string): number | ExactNumber {
  const value = Number(source);
  if (source.length <= SAFE_LENGTH && isOrdinary(Math.abs(value))) return value;
  const exact = decimalText(source);
  return exact === decimalText(String(value)) ? value : new ExactNumber(exact);
}

/** A double holds every decimal of so many digits, and gives it back … */
const SAFE_LENGTH = 15;
const MAX_EXPONENT_LENGTH = 20;

/** … where it is neither so small that it has fewer digits left, nor too large. */
function isOrdinary(magnitude: number): boolean {
  return magnitude > 1e-300 && magnitude < 1e300;
}

/** `-1.20e3` becomes `-12e2`: no point, no zeros at either end. */
function decimalText(source: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return source;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  // Nobody means such an exponent, and reckoning with a megabyte of digits takes its time.
  if (exponent.length > MAX_EXPONENT_LENGTH) return source;
  const digits = trimZeros(whole + fraction);
  if (digits.text === "") return "0";
  return `${sign}${digits.text}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.trailing)}`;
}

function trimZeros(digits: string): { text: string; trailing: number } {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end--;
  let start = 0;
  while (start < end && digits[start] === "0") start++;
  return { text: digits.slice(start, end), trailing: digits.length - end };
}
