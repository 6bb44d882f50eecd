import { Text } from "ink";
import type { ReactNode } from "react";
import type { RecentRejection } from "../../app/processor-reports/run-state.js";
import { cleanText } from "../external-text.js";
import { clockText } from "./figure-text.js";
import { Line } from "./line.js";

interface RejectionsProps {
  rejections: RecentRejection[];
  /** Lines, the title included. */
  rows: number;
  columns: number;
}

/** From here on there is room for ids. */
const ROOMY_COLUMNS = 110;

/** What was rejected last, and why. */
export function Rejections({ rejections, rows, columns }: RejectionsProps): ReactNode {
  return (
    <>
      <Line>
        <Text dimColor>last rejections</Text>
      </Line>
      {rejections.slice(0, rows - 1).map(({ serial, at, clientId, eventId, reason, detail }) => {
        const facts = [clientId, columns < ROOMY_COLUMNS ? undefined : eventId, reason, detail];
        return (
          <Line key={serial}>
            {clockText(at)} {cleanText(facts.filter((fact) => fact !== undefined).join(" · "))}
          </Line>
        );
      })}
    </>
  );
}
