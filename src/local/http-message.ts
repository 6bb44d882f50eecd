/** A request that has been read whole, so that no part of the stack ever sees a client die in mid-upload. */
export interface WholeRequest {
  method: string;
  /** Path with query. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface WholeResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** The identity that every caller of the embedded stack has. */
export const LOCAL_ACCOUNT = "000000000000";
export const LOCAL_REGION = "us-east-1";
