/** A place in valid JSON. */
export interface JsonReader {
  readonly text: string;
  index: number;
}

/** Steps over the bracket or comma that the reader is at. @returns false where it or the next thing is `closing` */
export function readOn(reader: JsonReader, closing: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.index++] === closing) return false;
  skipSpace(reader);
  if (reader.text[reader.index] !== closing) return true;
  reader.index++;
  return false;
}

export function skipSpace(reader: JsonReader): void {
  while (reader.text.charCodeAt(reader.index) <= 0x20) reader.index++;
}
