import type { Ajv } from "ajv/dist/ajv.js";
import addFormats from "ajv-formats";
import { fullFormats } from "ajv-formats/dist/formats.js";
import type { Meter } from "./schema-meter.js";

/** JavaScript reads a regular expression some ten times slower than ajv takes a step. */
const STEPS_PER_CHARACTER = 10;
const STEPS_PER_EXPRESSION = 20;

/** Adds the formats of JSON Schema. All take time in proportion to the text: those of ajv-formats that do not are changed, and mean the same. */
export function addSafeFormats(ajv: Ajv, { spend }: Meter): void {
  addFormats.default(ajv);
  const { regex } = fullFormats;
  if (typeof regex === "function") {
    ajv.addFormat("regex", (text: string) => {
      spend(STEPS_PER_EXPRESSION + text.length * STEPS_PER_CHARACTER);
      return regex(text);
    });
  }
  const { url } = fullFormats;
  if (url instanceof RegExp) ajv.addFormat("url", createUrlFormat(url));
}

const USER_INFO = String.raw`(?:\S+(?::\S*)?@)?`;
const SHORTER_USER_INFO = String.raw`(?:\S+@)?`;

/** A colon is no space: the two parts of the user's name could be divided in as many ways as there are colons, for the same answer. */
function createUrlFormat({ source }: RegExp): (text: string) => boolean {
  const url = new RegExp(source.replace(USER_INFO, SHORTER_USER_INFO), "iu");
  // Without spaces whatever comes behind a host's first slash fits, so that nothing is tried again from there.
  return (text) => !/\s/u.test(text) && url.test(text);
}
