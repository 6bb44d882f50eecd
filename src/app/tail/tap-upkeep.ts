import { TAP_RENEWAL_MS } from "../../core/tap-life.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Tap, Taps } from "../../ports/tap.js";
import { removeTaps } from "./clean-up-taps.js";
import type { TailNotice } from "./tail-notice.js";

interface UpkeepPorts {
  taps: Pick<Taps, "list" | "remove">;
  clients: Pick<ClientRegistry, "list">;
  clock: Clock;
}

/** Says again and again that a tap is in use, whatever its reader waits for, until the signal aborts. One time that fails is made up for by the next. */
export async function keepAlive(tap: Pick<Tap, "renew">, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(TAP_RENEWAL_MS, signal);
    if (signal.aborted) return;
    await tap.renew().catch(() => undefined);
  }
}

/** Removes what tails that are gone have left behind. It never fails: a tail does its work without. */
export async function sweep(ports: UpkeepPorts, tell: (notice: TailNotice) => void): Promise<void> {
  try {
    const gone = (await ports.taps.list()).filter(({ state }) => state === "gone");
    const names = await removeTaps(ports, gone);
    if (names.length > 0) tell({ kind: "removed", names });
  } catch (error) {
    tell({ kind: "not-swept", error });
  }
}
