/** Who may send through the gateway, and what. */
export interface ProducerRecord {
  /** 1–64 of `[A-Za-z0-9_-]`; what a token names, in `client_id` or `azp` unless the config says otherwise. */
  producerId: string;
  active: boolean;
  /** Clients it may send for; `*` stands for all. */
  allowedClients: string[];
  /** Event types it may send; `*` stands for all. */
  allowedTypes: string[];
  /** Events a second that it may send; undefined: the gateway's own limit. */
  ratePerSecond?: number | undefined;
  /** Its secrets at the embedded stack's own issuer; empty where the tokens come from elsewhere. */
  secrets: ProducerSecret[];
}

/** A secret as it is kept: nobody can read it from here. */
export interface ProducerSecret {
  /** Hexadecimal. */
  salt: string;
  /** scrypt of the secret with that salt, hexadecimal. */
  hash: string;
  createdAt: number;
  /** When it ends, ms since 1970; undefined: it does not. The one before goes on for a while after `evp producer rotate`. */
  expiresAt?: number | undefined;
}
