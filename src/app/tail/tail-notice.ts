/** What a tail has to tell beside its records. */
export type TailNotice =
  /** From now on no event is missed. */
  | { kind: "watching"; clientIds: string[] }
  /** So many events were stored and published, before filters; what follows is live. */
  | { kind: "caught-up"; stored: number }
  /** A client was added meanwhile, and is watched too. */
  | { kind: "joined"; clientId: string }
  /** It reads later than what it reads was published, by so many ms of `retentionMs`, after which events are lost to it. */
  | { kind: "behind"; behindMs: number; retentionMs: number }
  /** There was more to keep in mind than fits while it went over to what is live: an event may be missing, or be shown twice. */
  | { kind: "unsure" }
  /** Subscriptions that tails which are gone had left behind were removed. */
  | { kind: "removed"; names: string[] }
  /** They could not be looked for. */
  | { kind: "not-swept"; error: unknown };
