import type { ClientView } from "../../app/client.js";
import type { Style } from "../style.js";
import { type Column, renderTable } from "./table.js";

const COLUMNS: Column<ClientView>[] = [
  { title: "CLIENT", text: ({ clientId }) => clientId, minWidth: 10 },
  {
    title: "STATE",
    text: ({ active }) => (active ? "enabled" : "disabled"),
    paint: (text, { active }, { colour }) => (active ? text : colour.yellow(text)),
  },
  { title: "MAY HAVE", text: ({ allowedTypes }) => allowedTypes.join(", ") || "nothing", minWidth: 12 },
  { title: "QUEUE", text: ({ queue }) => queue, minWidth: 12 },
];

export function renderClients(clients: ClientView[], style: Style): string {
  return renderTable(COLUMNS, clients, style);
}

export function renderClient(client: ClientView, style: Style): string {
  return renderClients([client], style);
}
