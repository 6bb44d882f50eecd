import type { ProcessSummary } from "../../app/process/events.js";
import { counted } from "./counted.js";

export function renderProcessSummary(summary: ProcessSummary): string {
  const { received, published, rejected, duplicates, durationMs, eventsPerSecond, apiCallsPerEvent, blocked } = summary;
  const seconds = (durationMs / 1000).toFixed(1);
  const left = blocked === 0 ? "" : `; ${counted(blocked, "group")} blocked`;
  return (
    `${received} received: ${published} published, ${rejected} rejected, ${counted(duplicates, "duplicate")}${left}\n` +
    `${seconds} s, ${eventsPerSecond} events/s, ${apiCallsPerEvent} API calls per event\n`
  );
}
