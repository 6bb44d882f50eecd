import type { StackStatus } from "../../app/status.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";

/** A stack on one line. */
export function renderStatusLine(status: StackStatus, { colour }: Style): string {
  const { ingress, dlq, processors, blocked, warnings } = status;
  const rate = processors.reduce((sum, { eventsPerSecond }) => sum + eventsPerSecond, 0);
  const stalled = processors.reduce((sum, { stalledGroups }) => sum + stalledGroups, 0);
  const down = [...new Set(processors.flatMap((processor) => processor.down.map(({ dependency }) => dependency)))];
  const facts = [
    `${ingress.visible} waiting, ${ingress.inFlight} in work, ${ingress.delayed} delayed`,
    `dlq ${dlq.visible + dlq.inFlight + dlq.delayed}`,
    processors.length === 0
      ? "no processor"
      : `${counted(processors.length, "processor")}, ${rate.toFixed(1)} events/s`,
    ...(down.length === 0 ? [] : [`down: ${down.join(", ")}`]),
    ...(blocked.length === 0 ? [] : [`${counted(blocked.length, "group")} blocked`]),
    ...(stalled === 0 ? [] : [`${counted(stalled, "group")} stalled`]),
  ];
  const warned = warnings.map(({ message }) => ` · ${colour.yellow(cleanText(`warning: ${message}`))}`);
  return `${cleanText(facts.join(" · "))}${warned.join("")}\n`;
}
