import { escapeUnsafe } from "./json.js";

/** As wide as code is. */
const MAX_COLUMNS = 120;

/** One JSON document, of which everything that fits into a line is in one: for people to read, and half as many bytes. */
export function wideJsonDocument(value: unknown): string {
  return `${escapeUnsafe(write(value, ""))}\n`;
}

function write(value: unknown, indent: string): string {
  const line = inOneLine(value);
  if (typeof value !== "object" || value === null || indent.length + line.length <= MAX_COLUMNS) return line;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((entry) => `${deeper}${write(entry, deeper)}`).join(",\n")}\n${indent}]`;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const lines = members.map(([name, member]) => `${deeper}${JSON.stringify(name)}: ${write(member, deeper)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function inOneLine(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inOneLine).join(", ")}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return "{}";
  return `{ ${members.map(([name, member]) => `${JSON.stringify(name)}: ${inOneLine(member)}`).join(", ")} }`;
}
