import type { SchemaCheckReport } from "../../app/schema/check-schema.js";
import type { ClientTrial, StoreTrial } from "../../app/schema/try-stored-events.js";
import type { CompatibilityVerdict, SchemaChange } from "../../core/schema-compatibility.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { fitText } from "./fit-text.js";
import { type Column, renderTable } from "./table.js";

const WORDS: Record<CompatibilityVerdict, string> = {
  breaking: "breaking",
  compatible: "compatible",
  "cannot-tell": "cannot tell",
};

const COLUMNS: Column<SchemaChange>[] = [
  {
    title: "VERDICT",
    text: ({ verdict }) => WORDS[verdict],
    paint: (text, { verdict }, style) => paint(text, verdict, style),
  },
  { title: "FIELD", text: ({ field }) => (field === "" ? "the payload" : field), minWidth: 11 },
  { title: "CHANGE", text: ({ reason }) => reason, minWidth: 45 },
  { title: "RULE", text: ({ pointer, of }) => `${of} ${pointer}`, isOptional: true },
];

/** What changes, what that means, and what became of the stored events. */
export function renderSchemaCheck(report: SchemaCheckReport, style: Style): string {
  const { file, against, changes, store, verdict } = report;
  const title = `${style.colour.bold(cleanText(file))} compared with ${cleanText(against.file)}\n`;
  const table =
    changes.length === 0 ? "Nothing that matters to a producer has changed.\n" : renderTable(COLUMNS, changes, style);
  const stored = store === null ? "\n" : renderStore(store, report, style);
  const advice = verdict === "cannot-tell" && store === null ? "; --against store tries the stored events" : "";
  return `${title}${table}${stored}verdict: ${paint(WORDS[verdict], verdict, style)}${advice}\n`;
}

function paint(text: string, verdict: CompatibilityVerdict, { colour }: Style): string {
  if (verdict === "breaking") return colour.red(text);
  return verdict === "compatible" ? colour.green(text) : colour.yellow(text);
}

const CLIENT_COLUMNS: Column<ClientTrial>[] = [
  { title: "CLIENT", text: ({ clientId }) => clientId, minWidth: 10 },
  { title: "CHECKED", text: ({ checked }) => String(checked), align: "right" },
  {
    title: "WOULD FAIL",
    text: ({ failing }) => String(failing),
    align: "right",
    paint: (text, { failing }, { colour }) => (failing > 0 ? colour.red(text) : text),
  },
];

function renderStore(store: StoreTrial, { type }: SchemaCheckReport, style: Style): string {
  const of = store.version === null ? type : `${type} ${store.version}`;
  const title = `\nStored events of ${cleanText(of)}, the newest ${counted(store.last, "event")} of each client:\n`;
  const examples = store.clients.flatMap((client) => renderExamples(client, style));
  const clients =
    store.clients.length === 0 ? "No client is registered.\n" : renderTable(CLIENT_COLUMNS, store.clients, style);
  return `${title}${clients}${examples.map((line) => `${line}\n`).join("")}\n`;
}

function renderExamples({ clientId, examples }: ClientTrial, { colour, width }: Style): string[] {
  return examples.flatMap(({ eventId, violations }) => [
    colour.dim(`for instance ${cleanText(clientId)} ${cleanText(eventId)}`),
    ...violations.map(({ pointer, message, found }) => {
      const value = found === undefined ? "" : `; found ${found}`;
      return `  ${fitText(cleanText(`${pointer === "" ? "the document" : pointer} ${message}${value}`), width - 2)}`;
    }),
  ]);
}
