import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** What stands between a caller and a service, so that a test can part them. */
export interface BreakableProxy {
  url: string;
  /** Ends every connection, and every new one at once. */
  breakOff(): void;
  mend(): void;
}

/** @param upstream URL of the service */
export async function startBreakableProxy(upstream: string): Promise<BreakableProxy> {
  const { hostname, port } = new URL(upstream);
  const sockets = new Set<Socket>();
  let isBroken = false;
  const server = createServer((caller) => {
    if (isBroken) return caller.destroy();
    const service = connect(Number(port), hostname);
    for (const [socket, other] of [
      [caller, service],
      [service, caller],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    return undefined;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    server.close();
    destroyAll();
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    breakOff() {
      isBroken = true;
      destroyAll();
    },
    mend() {
      isBroken = false;
    },
  };
}
