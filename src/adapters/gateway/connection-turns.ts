import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests of one connection, one after the other. */
export interface Turns {
  /** Resolves when the requests that came before on the same connection have been answered. */
  take(socket: Socket, response: ServerResponse): Promise<void> | undefined;
}

/** A client that sends the next request before the answer to the last one ("HTTP/1.1", RFC 9112, section 9.3.2) has its events in that order all the same. */
export function createTurns(): Turns {
  const last = new WeakMap<Socket, ServerResponse>();
  return {
    take(socket, response) {
      const before = last.get(socket);
      last.set(socket, response);
      if (before === undefined || before.closed || before.writableFinished) return undefined;
      return new Promise((resolve) => before.once("close", resolve));
    },
  };
}
