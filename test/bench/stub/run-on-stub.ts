import type { Bench } from "../bench-context.js";
import { type Figures, watch } from "../measure/watch.js";
import { ENOUGH_SHARE, windowsOf } from "../measure/windows.js";
import { type Contender, startContender } from "../processes/contenders.js";
import { end } from "../processes/end.js";
import { withHome } from "../processes/home.js";
import type { Workload } from "../workload.js";
import type { Progress } from "./protocol.js";
import type { Stub } from "./start-stub.js";

/** Lets a contender work on a load that is all on the stub's queue when it starts. @throws when it did not do its job properly */
export function runOnStub(
  stub: Stub,
  bench: Bench,
  contender: Contender,
  row: Workload & { events: number },
): Promise<Figures> {
  return withHome({}, async (home) => {
    await stub.load({ workload: row, run: bench.nextRun(), events: row.events });
    const child = startContender(contender, { endpoint: stub.endpoint, clients: row.clients }, home);
    try {
      const standing = async () => {
        const { published, cpuMs, calls } = await stub.progress();
        return { done: published, calls, serverCpuMs: cpuMs };
      };
      const figures = await watch({ child, standing, ...windowsOf(bench), enough: row.events * ENOUGH_SHARE });
      assertProper(contender, await stub.progress());
      return figures;
    } finally {
      await end(child, "SIGKILL");
    }
  });
}

/** Stored before it is published, deleted after it, in order, and nothing refused. */
function assertProper(contender: Contender, progress: Progress): void {
  const { inserted, published, deleted, outOfOrder, deadLettered } = progress;
  const isProper = inserted >= published && published >= deleted && outOfOrder === 0 && deadLettered === 0;
  if (!isProper) throw new Error(`${contender} does not do its job properly: ${JSON.stringify(progress)}`);
}
