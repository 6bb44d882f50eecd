import stringWidth from "string-width";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Text over as many lines of `width` characters as it needs, broken between words; a word longer than a line is broken within. */
export function wrapText(text: string, width: number): string[] {
  if (stringWidth(text) <= width) return [text];
  return fillLines(
    text.split(" ").flatMap((word) => breakWord(word, width)),
    width,
  );
}

/** The same, but a word that is longer than a line stays whole. */
export function wrapWords(text: string, width: number): string[] {
  return fillLines(text.split(" "), width);
}

function fillLines(words: string[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && stringWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function breakWord(word: string, width: number): string[] {
  if (stringWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = "";
  for (const { segment } of graphemes.segment(word)) {
    if (part !== "" && stringWidth(part + segment) > width) {
      parts.push(part);
      part = "";
    }
    part += segment;
  }
  return [...parts, part];
}
