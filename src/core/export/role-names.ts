/** Who calls AWS for a stack, each with rights of its own. */
export const ROLE_NAMES = [
  "processor",
  "function",
  "gateway",
  "source",
  "producer",
  "client",
  "operator",
  "administrator",
] as const;
export type RoleName = (typeof ROLE_NAMES)[number];
