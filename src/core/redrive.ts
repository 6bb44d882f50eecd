/**
 * What the plan says of one dead letter.
 * `would-pass` · `behind-newer`: passes, but arrives behind newer events of its group · `still-invalid` · `too-many-redrives`
 * · `already-redriven`: only its deletion is left to do · `not-on-dlq`: gone, or held by somebody else
 */
export type RedriveVerdict =
  | "would-pass"
  | "behind-newer"
  | "still-invalid"
  | "too-many-redrives"
  | "already-redriven"
  | "not-on-dlq";
