import type { SchemaTestReport, TestedEvent } from "../../app/schema/test-events.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { fitText } from "./fit-text.js";

/** Every event that would be rejected, with what is wrong, and how many pass. */
export function renderSchemaTest(
  { source, countedBy, checked, passed, failed, events }: SchemaTestReport,
  style: Style,
): string {
  const { colour } = style;
  const failures = events.filter(({ passes }) => !passes).map((event) => renderFailure(event, countedBy, style));
  const pass = colour.green(`${passed} ${passed === 1 ? "passes" : "pass"}`);
  const fail = failed === 0 ? "" : `, ${colour.red(`${failed} would be rejected`)}`;
  return `${failures.join("")}${cleanText(source)}: ${counted(checked, "event")}, ${pass}${fail}\n`;
}

function renderFailure(event: TestedEvent, countedBy: string, { colour, width }: Style): string {
  const { line, eventId, clientId, type, version, reason = "", detail = "", violations = [] } = event;
  const typed = type === null ? null : [type, version].filter((part) => part !== null).join(" ");
  const facts = [eventId, clientId, typed].filter((fact) => fact !== null).map(cleanText);
  const head = `${colour.red(reason)}  ${colour.dim([`${countedBy} ${line}`, ...facts].join(" · "))}`;
  const told = violations.map(({ pointer, message, found }) => {
    const value = found === undefined ? "" : `; found ${found}`;
    return `${pointer === "" ? "the document" : pointer} ${message}${value}`;
  });
  const lines = told.length > 0 ? told : [detail];
  return [head, ...lines.map((text) => `  ${fitText(cleanText(text), width - 2)}`)].map((text) => `${text}\n`).join("");
}
