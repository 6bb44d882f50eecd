/** A piece of XML, written already. */
export interface Xml {
  readonly xml: string;
}

/** An element with text, or with other elements. Names are the program's own and are not escaped. */
export function element(name: string, ...content: (string | Xml)[]): Xml {
  const inner = content.map((piece) => (typeof piece === "string" ? escapeXml(piece) : piece.xml)).join("");
  return { xml: `<${name}>${inner}</${name}>` };
}

/** An element, or nothing at all when there is no text for it. */
export function optionalElement(name: string, text: string | undefined): Xml {
  return text === undefined ? { xml: "" } : element(name, text);
}

export function document(name: string, namespace: string, ...content: Xml[]): string {
  const inner = content.map((piece) => piece.xml).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${namespace}">${inner}</${name}>\n`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };

/** Characters that XML 1.0 cannot hold at all become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}
