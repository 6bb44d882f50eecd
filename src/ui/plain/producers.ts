import type { ProducerView } from "../../app/producer.js";
import type { Style } from "../style.js";
import { type Column, renderTable } from "./table.js";

const COLUMNS: Column<ProducerView>[] = [
  { title: "PRODUCER", text: ({ producerId }) => producerId, minWidth: 10 },
  {
    title: "STATE",
    text: ({ active }) => (active ? "enabled" : "disabled"),
    paint: (text, { active }, { colour }) => (active ? text : colour.yellow(text)),
  },
  { title: "FOR CLIENTS", text: ({ allowedClients }) => namesOf(allowedClients), minWidth: 12 },
  { title: "TYPES", text: ({ allowedTypes }) => namesOf(allowedTypes), minWidth: 12 },
  { title: "RATE", text: ({ ratePerSecond }) => (ratePerSecond === null ? "" : `${ratePerSecond}/s`) },
  { title: "SECRETS", text: ({ secrets }) => String(secrets.length) },
];

export function renderProducers(producers: ProducerView[], style: Style): string {
  return renderTable(COLUMNS, producers, style);
}

export function renderProducer(producer: ProducerView, style: Style): string {
  const { secret, producerId } = producer;
  const table = renderProducers([producer], style);
  if (secret === undefined) return table;
  return `${table}client_id      ${producerId}\nclient_secret  ${secret}\nThe secret is shown this once.\n`;
}

export function renderRemovedProducer({ producerId, removed }: { producerId: string; removed: boolean }): string {
  return removed ? `producer ${producerId} is removed\n` : `there was no producer ${producerId}\n`;
}

function namesOf(names: string[]): string {
  if (names.includes("*")) return "all";
  return names.join(", ") || "none";
}
