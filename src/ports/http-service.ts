/** Where a service listens. */
export interface HttpAddress {
  host: string;
  /** 0: any that is free. */
  port: number;
}

export interface HttpReply {
  status: number;
  contentType: string;
  body: string;
}

/** What is answered to a GET of each path; every other path and method is refused. */
export type HttpRoutes = Readonly<Record<string, () => Promise<HttpReply> | HttpReply>>;

/** A service that listens. */
export interface HttpService {
  /** Without a path. */
  url: string;
  /** Ends at once what is still under way. */
  close(): Promise<void>;
}
