/** `stop`: take no more, finish what is held. `force`: finish nothing. */
export type WorkerOrder = "stop" | "force";

/** Another process of the same command, which shares its work. */
export interface WorkerProcess {
  order(order: WorkerOrder): void;
  /** What it tells, in order, as plain data. */
  listen(listener: (told: unknown) => void): void;
  /** What it prints on stderr by itself, in pieces. */
  listenErrors(listener: (text: string) => void): void;
  /** Resolves when it has ended: undefined when all went well, else why. */
  ended: Promise<string | undefined>;
}

/** The process that started this one as a worker. */
export interface ParentProcess {
  /** Whether it shows what its workers do; else it wants their summaries alone. */
  wantsEvents: boolean;
  /** Tells plain data. Resolves when it is on its way. */
  tell(told: object): Promise<void>;
}
