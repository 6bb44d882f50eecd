import { createServer, type Server } from "node:net";

/** Everything here listens on it and nowhere else. */
export const LOOPBACK = "127.0.0.1";

/** Lets a server listen on a port that the system picks. @returns the port */
export function listenOnLoopback(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new TypeError("the server listens on no port"));
      else resolve(address.port);
    });
  });
}

/** A port that nobody listens on; the system gives each caller another one. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
