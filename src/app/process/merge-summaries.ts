import type { ProcessSummary } from "./events.js";
import { hundredths } from "./tally.js";

/** What several processors did side by side, as if one had. */
export function mergeSummaries(summaries: readonly ProcessSummary[]): ProcessSummary {
  const sum = (counted: (summary: ProcessSummary) => number) => summaries.reduce((all, each) => all + counted(each), 0);
  const outcomes = sum(({ published, rejected, duplicates }) => published + rejected + duplicates);
  const apiCalls = sum((summary) => summary.apiCalls);
  // One worker's blocked group may have come to another one since.
  const blockedGroups = [
    ...new Map(summaries.flatMap((summary) => summary.blockedGroups).map((group) => [group.groupId, group])).values(),
  ];
  return {
    received: sum(({ received }) => received),
    published: sum(({ published }) => published),
    rejected: sum(({ rejected }) => rejected),
    duplicates: sum(({ duplicates }) => duplicates),
    durationMs: Math.max(0, ...summaries.map(({ durationMs }) => durationMs)),
    eventsPerSecond: hundredths(sum(({ eventsPerSecond }) => eventsPerSecond)),
    apiCalls,
    apiCallsPerEvent: outcomes === 0 ? 0 : hundredths(apiCalls / outcomes),
    blocked: blockedGroups.length,
    blockedGroups,
  };
}
