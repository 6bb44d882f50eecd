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

/** Shown where it is not evp's default for all. */
const POISON: Column<ClientView> = { title: "POISON", text: ({ poisonPolicy }) => poisonPolicy };

export function renderClients(clients: ClientView[], style: Style): string {
  const isUsual = clients.every(({ poisonPolicy }) => poisonPolicy === "skip");
  return renderTable(isUsual ? COLUMNS : COLUMNS.toSpliced(2, 0, POISON), clients, style);
}

export function renderClient(client: ClientView, style: Style): string {
  return renderClients([client], style);
}
