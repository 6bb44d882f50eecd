import type { ProcessListener } from "../app/process/events.js";
import type { Settings } from "../core/settings.js";
import type { TraceLoss } from "../ports/trace-export.js";
import type { Tracing } from "../ports/tracing.js";
import type { Invocation } from "./command-spec.js";
import { readTraceExport } from "./trace-export.js";

interface ProcessTracing {
  tracing: Tracing;
  close(): Promise<void>;
}

/**
 * Traces messages where the standard variables ask for it. An export that fails is told as a failed call, and in the end how many spans were lost.
 * @returns undefined where nobody asks: then nothing of it is loaded
 * @throws EvpError (usage) for variables that ask for what evp cannot do
 */
export async function openProcessTracing(
  { context, output }: Invocation,
  { maxEventBytes, store }: Pick<Settings, "maxEventBytes" | "store">,
  tell: ProcessListener,
): Promise<ProcessTracing | undefined> {
  const to = readTraceExport(context.env, context.version);
  if (to === undefined) return undefined;
  const { tracing, close } = await context.telemetry.openTracing({
    to,
    maxEventBytes,
    store: store.kind,
    onFailure: (fault) => tell("call:failed", { operation: "export traces", fault, attempt: 1 }),
  });
  return {
    tracing,
    async close() {
      const loss = await close();
      if (loss !== undefined) output.note(lossText(loss));
    },
  };
}

function lossText({ spans, lost, why }: TraceLoss): string {
  return `${lost} of ${spans} spans were not exported${why === undefined ? "" : `: ${why}`}.`;
}
