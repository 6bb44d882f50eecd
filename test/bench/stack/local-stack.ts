import { runEvp } from "../processes/evp.js";
import { withHome } from "../processes/home.js";
import { onExit } from "../processes/on-exit.js";
import { clientIds } from "../workload.js";

/** A running embedded stack of its own. */
export interface LocalStack {
  home: string;
  endpoint: string;
  pid: number;
}

/** The config's `store`. */
export interface StoreConfig {
  kind: "postgres";
  url: string;
  schema: string;
}

/** Any free port: the one that the system would give next is not known, and a taken one is replaced. */
const PORT = 46_560;

/** Lets `work` have a fresh embedded stack with so many clients; it is stopped and deleted afterwards. */
export function withLocalStack<Value>(
  clients: number,
  work: (stack: LocalStack) => Promise<Value>,
  store?: StoreConfig,
): Promise<Value> {
  const config = {
    targets: { local: { port: PORT } },
    clients: clientIds(clients).map((id) => ({ id, allowedTypes: ["transaction"] })),
    ...(store === undefined ? {} : { store }),
  };
  return withHome(config, async (home) => {
    await runEvp(home, ["local", "start", "--quiet"]);
    const { endpoint, pid }: { endpoint: string; pid: number } = JSON.parse(
      await runEvp(home, ["local", "status", "--json"]),
    );
    const isStopped = onExit(() => process.kill(pid, "SIGKILL"));
    try {
      await runEvp(home, ["init", "--quiet"]);
      return await work({ home, endpoint, pid });
    } finally {
      await runEvp(home, ["local", "stop"]);
      isStopped();
    }
  });
}
