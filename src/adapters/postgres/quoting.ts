/** A name as SQL takes it, whatever it holds ("Identifiers and Key Words", 4.1.1). */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a literal, for statements that take no parameters ("String Constants", 4.1.2.1). */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
