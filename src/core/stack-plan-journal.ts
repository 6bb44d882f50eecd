import type { DesiredIndex, KeyAttribute } from "./stack-plan.js";

const KEY: KeyAttribute[] = [
  { name: "eventId", type: "S" },
  { name: "fact", type: "S" },
];

/** The journal's table: one item per fact under its event id and `<clientId>#<fact>`. */
export const EVENTS_TABLE = { key: KEY, expiresAt: "expiresAt" };

/** Accepted facts by client and hour, in the ingress queue's order: what `evp replay` reads. Only accepted facts have `clientHour`. */
export const REPLAY_INDEX: DesiredIndex = {
  name: "by-client-hour",
  key: [
    { name: "clientHour", type: "S" },
    { name: "position", type: "S" },
  ],
};

/** Rejected facts by day, oldest first: how the DLQ is browsed without receiving from it. Only rejected facts have `rejectedDay`. */
export const REJECTION_INDEX: DesiredIndex = {
  name: "by-rejected-day",
  key: [
    { name: "rejectedDay", type: "S" },
    { name: "at", type: "N" },
  ],
};
