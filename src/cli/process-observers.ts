import type { ProcessListener } from "../app/process/events.js";
import type { HttpAddress } from "../ports/http-service.js";
import type { StoreCare } from "../ports/store.js";
import type { Tracing } from "../ports/tracing.js";
import type { Invocation } from "./command-spec.js";
import type { StackSession } from "./stack-session.js";
import { readTraceExport } from "./trace-export.js";

/** Sees what a run does, and has no part in it. */
export interface ProcessObserver {
  listener: ProcessListener;
  close(): Promise<void>;
}

/** All that look at one run. */
export interface ProcessObservers extends ProcessObserver {
  /** Undefined where nobody wants traces of this process. */
  trace: Tracing | undefined;
}

export interface ObserverFlags {
  http?: HttpAddress;
  workers?: number;
}

/**
 * Opens what looks at a run: health and metrics by HTTP, traces, reports in the journal, the view or the log.
 * @throws EvpError when one cannot be opened; then none is left open
 */
export async function openProcessObservers(
  invocation: Invocation<ObserverFlags>,
  { connection, settings }: StackSession,
): Promise<ProcessObservers> {
  const { context, flags } = invocation;
  const { clock, version } = context;
  const opened: ProcessObserver[] = [];
  const listener = toAll(opened);
  const close = async () => {
    // The view first: what the others have to say in the end comes after it.
    for (const observer of opened.splice(0).reverse()) await observer.close();
  };
  try {
    if (flags.http !== undefined) {
      const { openProcessHttp } = await import("./process-http.js");
      opened.push(await openProcessHttp(invocation, flags.http));
    }
    const trace = await openTracing();
    const { openProcessReports } = await import("./process-reports.js");
    opened.push(openProcessReports({ journal: connection.journal, clock, version, ...context.process }));
    if (connection.storeCare !== undefined) opened.push(await openUpkeep(connection, connection.storeCare));
    const { openProcessView } = await import("./process-view.js");
    const sources = { depth: () => connection.ingress.depth(), journal: settings.journal };
    opened.push(await openProcessView(invocation, `${settings.stack} on ${settings.target.name}`, sources));
    return { listener, trace, close };
  } catch (error) {
    await close();
    throw error;
  }

  async function openUpkeep({ journal }: Pick<StackSession["connection"], "journal">, care: StoreCare) {
    const { openStoreUpkeep } = await import("../app/store-upkeep.js");
    const { host, pid } = context.process;
    const upkeep = openStoreUpkeep({ care, journal, clock, holder: `process ${pid} on ${host}` });
    return { listener: () => undefined, close: upkeep.close };
  }

  /** Workers trace what they do themselves; what is wrong with the variables is told once, before they start. */
  async function openTracing(): Promise<Tracing | undefined> {
    if ((flags.workers ?? 1) > 1) {
      readTraceExport(context.env, version);
      return undefined;
    }
    const { openProcessTracing } = await import("./process-tracing.js");
    const tracing = await openProcessTracing(invocation, settings, listener);
    if (tracing !== undefined) opened.push({ listener: () => undefined, close: tracing.close });
    return tracing?.tracing;
  }
}

/** One that fails keeps nothing from the others. */
function toAll(observers: readonly ProcessObserver[]): ProcessListener {
  return (name, payload) => {
    for (const { listener } of observers) {
      try {
        listener(name, payload);
      } catch {
        // Whoever looks must not stop what is looked at.
      }
    }
  };
}
