import type { ProcessSummary } from "../../app/process/events.js";
import { counted } from "./counted.js";

export function renderProcessSummary(summary: ProcessSummary): string {
  const { received, published, rejected, duplicates, durationMs, eventsPerSecond, apiCallsPerEvent } = summary;
  const seconds = (durationMs / 1000).toFixed(1);
  return (
    `${received} received: ${published} published, ${rejected} rejected, ${counted(duplicates, "duplicate")}\n` +
    `${seconds} s, ${eventsPerSecond} events/s, ${apiCallsPerEvent} API calls per event\n`
  );
}
