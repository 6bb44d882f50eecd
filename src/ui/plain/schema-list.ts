import type { SchemaView } from "../../app/schema/list-schemas.js";
import type { Style } from "../style.js";
import { type Column, renderTable } from "./table.js";

const COLUMNS: Column<SchemaView>[] = [
  { title: "TYPE", text: ({ type }) => type ?? "any other" },
  { title: "VERSION", text: ({ version }) => version ?? "any other" },
  { title: "DRAFT", text: ({ draft }) => draft, isOptional: true },
  { title: "FILE", text: ({ file, builtIn }) => (builtIn ? "comes with evp" : file), minWidth: 14 },
  { title: "TITLE", text: ({ title }) => title ?? "", minWidth: 12, isOptional: true },
];

export function renderSchemas(schemas: SchemaView[], style: Style): string {
  return renderTable(COLUMNS, schemas, style);
}
