import type { ProcessSummary } from "../../app/process/events.js";

export function renderProcessSummary(summary: ProcessSummary): string {
  const { received, published, rejected, duplicates, durationMs, eventsPerSecond, apiCallsPerEvent } = summary;
  const seconds = (durationMs / 1000).toFixed(1);
  return (
    `${received} received: ${published} published, ${rejected} rejected, ${duplicates} duplicates\n` +
    `${seconds} s, ${eventsPerSecond} events/s, ${apiCallsPerEvent} API calls per event\n`
  );
}
